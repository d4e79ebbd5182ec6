/** The part of cliui that we use; the package (it is yargs' own) has no types. */
declare module 'cliui' {
  interface Column {
    readonly text: string
    readonly width?: number
  }
  interface Layout {
    div(...columns: Column[]): void
    toString(): string
  }
  export default function cliui(options: { readonly width: number; readonly wrap: boolean }): Layout
}
