import type { Readable } from 'node:stream'

/** Hands over each line of a stream. (node:readline would cost a short run more than the keyring does.) */
export function onLine(stream: Readable, listener: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) listener(line)
  })
}
