/** The parser alone, typed where it is used: the package as a whole loads streams, which a short run would pay for. */
declare module '@iarna/toml/parse-string.js' {
  const parse: unknown
  export default parse
}
