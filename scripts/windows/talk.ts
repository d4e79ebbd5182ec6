import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

interface Question {
  readonly id: number
  readonly what: unknown
}
type Answer = { readonly id: number } & ({ readonly result?: unknown } | { readonly error: Error })
type Fields = Readonly<Record<string, unknown>>

/** Maps and errors, which JSON does not know, as objects of one key each. */
const written = (_: string, value: unknown): unknown => {
  if (value instanceof Map) return { '@map': [...value] }
  return value instanceof Error ? { '@error': { ...value, message: value.message, cause: undefined } } : value
}
const read = (_: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if ('@map' in value) return new Map(value['@map'] as [])
  return '@error' in value ? asError(value['@error'] as Fields) : value
}
const asError = (fields: Fields): Error => Object.assign(new Error(String(fields['message'])), fields)

/** Answers whoever listens at a port of this machine, a line each, until they hang up. */
export function answerAt(port: number, answer: (question: unknown) => unknown): Promise<unknown> {
  const socket = connect({ host: '127.0.0.1', port })
  const say = (reply: Answer) => void socket.write(`${JSON.stringify(reply, written)}\n`)
  createInterface({ input: socket }).on('line', (line) => {
    const { id, what }: Question = JSON.parse(line, read)
    Promise.resolve(what)
      .then(answer)
      .then(
        (result) => say({ id, result }),
        (error: Error) => say({ id, error }),
      )
  })
  return once(socket, 'close')
}

/** Who was asked has gone, or is silent for longer than the answer can take. */
export class Unheard extends Error {}

export interface Asked {
  /** @throws Unheard @param withinMs - what the answer can take, in milliseconds */
  ask(what: unknown, withinMs: number): Promise<unknown>
  hangUp(): void
}

/** Listens for a program that answers questions. @param start - runs it, given the port; rejects once it has ended */
export async function askAt(start: (port: number) => Promise<never>): Promise<Asked> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const ended = start((listener.address() as AddressInfo).port)
  ended.catch(() => undefined)
  const [socket] = (await Promise.race([once(listener, 'connection'), ended])) as [Socket]
  listener.close()
  const waiting = new Map<number, (answer: Answer) => void>()
  createInterface({ input: socket.on('error', () => undefined) }).on('line', (line) => {
    const answer: Answer = JSON.parse(line, read)
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  let asked = 0
  return {
    async ask(what, withinMs) {
      asked += 1
      const id = asked
      const reply = new Promise<Answer>((resolve) => waiting.set(id, resolve))
      socket.write(`${JSON.stringify({ id, what }, written)}\n`)
      let timer: NodeJS.Timeout | undefined
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Unheard(`no answer within ${withinMs / 1000} s`)), withinMs)
      })
      try {
        const answer = await Promise.race([reply, ended, silence])
        if ('error' in answer) throw answer.error
        return answer.result
      } finally {
        clearTimeout(timer)
      }
    },
    hangUp: () => socket.destroy(),
  }
}
