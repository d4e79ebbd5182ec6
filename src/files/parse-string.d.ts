// The parser alone: the package as a whole loads streams, which a short run would pay for.
declare module '@iarna/toml/parse-string.js' {
  export { parse as default } from '@iarna/toml'
}
