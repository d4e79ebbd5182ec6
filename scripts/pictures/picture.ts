export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** @param more - its attributes */
export const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x}" y="${y}" ${more}>${escaped(words)}</text>`

interface Size {
  readonly width: number
  readonly height: number
}

/** An SVG on paper of its own: it reads on a light page and on a dark one. @param marks - its elements */
export const picture = (
  { width, height }: Size,
  title: string,
  marks: readonly string[],
  font = 'font-family="DejaVu Sans, Verdana, sans-serif" font-size="13"',
): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${font}>`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" rx="6" fill="#fdfdf8"/><g fill="#333">',
    ...marks,
    '</g></svg>\n',
  ].join('\n')
