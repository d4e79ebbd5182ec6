/** Source of other languages that the build puts into the program as text. */
declare module '*.py' {
  const text: string
  export default text
}
declare module '*.bash' {
  const text: string
  export default text
}
declare module '*.zsh' {
  const text: string
  export default text
}
declare module '*.fish' {
  const text: string
  export default text
}
declare module '*.ps1' {
  const text: string
  export default text
}
