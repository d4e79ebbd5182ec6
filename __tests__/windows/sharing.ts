import process from 'node:process'
import { afterAll, test } from '@jest/globals'
import { Unheard } from '../../scripts/windows/talk.ts'

/** More than all that a test runs may take, in milliseconds: each program has its own limit. */
const testMs = 900_000

/**
 * Tests that share a machine: it is opened for the first of them. Where wine itself fails (`Unheard`) the test is run once more, on a fresh
 * machine, and that is said; Windows itself gets no second try. Nor does what a program does, or does not do in its time, but for the one
 * message of a busy wine (`caSync` of stage.ts).
 * @param open - the machine as each test finds it: none relies on what another has left
 */
export function sharing<T extends { close(): Promise<unknown> }>(open: () => Promise<T>) {
  let opened: T | undefined
  const close = async () => {
    const machine = opened
    opened = undefined
    await machine?.close()
  }
  const run = async (act: (machine: T) => unknown) => {
    opened ??= await open()
    await act(opened)
  }
  afterAll(close, testMs)
  return (name: string, act: (machine: T) => unknown): void =>
    test(
      name,
      async () => {
        try {
          await run(act)
        } catch (error) {
          if (!(error instanceof Unheard) || process.platform === 'win32') throw error
          process.stderr.write(`${error.message}: "${name}" is run once more, in a fresh wine\n`)
          await close()
          await run(act)
        }
      },
      testMs,
    )
}
