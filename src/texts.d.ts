/** Source of other languages that the build puts into the program as text. */
declare module '*.py' {
  const text: string
  export default text
}
declare module '*.bash' {
  export { default } from '*.py'
}
declare module '*.zsh' {
  export { default } from '*.py'
}
declare module '*.fish' {
  export { default } from '*.py'
}
declare module '*.ps1' {
  export { default } from '*.py'
}
