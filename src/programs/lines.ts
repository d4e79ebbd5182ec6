import type { Readable } from 'node:stream'

/** No line of ours is longer, in characters: what has no end must not fill the memory. */
const longestLine = 1_048_576

/** Hands over each line of a stream. (node:readline would cost a short run more than the keyring does.) */
export function onLine(stream: Readable, listener: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const [first = '', ...others] = text.split('\n')
    const lines = [rest + first, ...others]
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) rest = ''
    for (const line of lines) listener(line)
  })
}
