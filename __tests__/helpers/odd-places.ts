import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { promisify } from 'node:util'

/** What may stand in a file's place, but is none. */
export const oddPlaces: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'a pipe': (path) => promisify(execFile)('mkfifo', [path]),
  async 'a socket'(path) {
    const server = createServer().listen(path).unref()
    await once(server, 'listening')
  },
  'an empty folder': (path) => mkdir(path),
  'a link to a device': (path) => symlink('/dev/zero', path),
  'a link that leads nowhere': (path) => symlink('nowhere', path),
  'a link to itself': (path) => symlink(path, path),
}
