interface Form {
  readonly fields: ReadonlyMap<string, string>
  readonly file: { readonly filename: string; readonly content: Buffer } | undefined
}

/** A multipart/form-data body (RFC 7578); undefined when it is none. Of a repeated field the first counts. */
export function readForm(contentType: string, body: Buffer): Form | undefined {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  if (boundary === undefined) return undefined
  const fields = new Map<string, string>()
  let file: Form['file']
  for (const part of split(body, boundary)) {
    const end = part.indexOf('\r\n\r\n')
    const head = part.subarray(0, end).toString()
    const content = part.subarray(end + 4)
    const name = /;\s*name="([^"]*)"/i.exec(head)?.[1] ?? ''
    const filename = /;\s*filename="([^"]*)"/i.exec(head)?.[1]
    if (filename !== undefined) file = { filename, content }
    else if (!fields.has(name)) fields.set(name, content.toString())
  }
  return { fields, file }
}

/** The parts between the boundaries, without the line ends that belong to these. */
function split(body: Buffer, boundary: string): Buffer[] {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const whole = Buffer.concat([Buffer.from('\r\n'), body])
  const starts: number[] = []
  for (let at = whole.indexOf(delimiter); at !== -1; at = whole.indexOf(delimiter, at + delimiter.length))
    starts.push(at)
  return starts.slice(0, -1).map((start, i) => whole.subarray(start + delimiter.length + 2, starts[i + 1]))
}
