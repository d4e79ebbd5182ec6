/** Rows one below the other, the heading first, in columns that fit what is in them. */
export function table(heading: readonly string[], body: readonly (readonly string[])[]): string {
  const rows = [heading, ...body]
  const widths = heading.map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)) + 2)
  return rows
    .map(
      (row) =>
        `${row
          .map((text, index) => text.padEnd(widths[index] ?? 0))
          .join('')
          .trimEnd()}\n`,
    )
    .join('')
}
