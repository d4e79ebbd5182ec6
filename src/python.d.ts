/** Python source that the build puts into the program as text. */
declare module '*.py' {
  const text: string
  export default text
}
