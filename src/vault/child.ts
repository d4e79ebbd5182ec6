// The entry of the vault child: keytar can block a process so that not even `process.exit` ends it, so it gets one of its own.
import { onLine } from '../programs/lines.ts'
import type { Reply, VaultRequest } from './protocol.ts'

/** Ours alone: libsecret shows two programs' items under one service to both. */
const SERVICE = 'ca-sync'

// Begins at once, and a missing libsecret is an answer and not a crash.
const loading = import('keytar')
loading.catch(() => undefined)

async function perform(request: VaultRequest): Promise<Reply> {
  const { default: keytar } = await loading
  const { account } = request
  switch (request.verb) {
    case 'read':
      return { secret: await keytar.getPassword(SERVICE, account) }
    case 'write':
      // There an item trusts the program that made it: after an upgrade of Node only a new one is its own.
      if (process.platform === 'darwin') await keytar.deletePassword(SERVICE, account)
      await keytar.setPassword(SERVICE, account, request.secret)
      return { secret: null }
    case 'remove':
      await keytar.deletePassword(SERVICE, account)
      return { secret: null }
  }
}

const failedReply = (error: unknown): Reply => ({ error: error instanceof Error ? error.message : String(error) })

onLine(process.stdin, async (line) => {
  const reply = await perform(JSON.parse(line)).catch(failedReply)
  process.stdout.write(`${JSON.stringify(reply)}\n`)
})
// The parent is done or dead. SIGKILL, because a hanging keytar call outlives every polite way to go.
process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'))
