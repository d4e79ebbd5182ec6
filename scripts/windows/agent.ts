import { connect } from 'node:net'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { runOnWindows, type WindowsCall, type WindowsResult } from './run.ts'

/** What goes from wine to the tests, a line each: first the environment that wine gives, then what each call came to. */
export type Answer =
  | { readonly env: Readonly<Record<string, string | undefined>> }
  | { readonly id: number; readonly result: WindowsResult }
  | { readonly id: number; readonly error: string }

// agent.cjs PORT: runs under wine, for the tests that listen there, until they hang up.
// wine's programs can use no pipe or file of Linux's as their output, but Windows' own.
const socket = connect({ host: '127.0.0.1', port: Number(process.argv[2]) })
const say = (answer: Answer): void => void socket.write(`${JSON.stringify(answer)}\n`)
socket.on('close', () => process.exit()).on('error', () => process.exit(1))
say({ env: process.env })
createInterface({ input: socket }).on('line', (line) => {
  const { id, ...call } = JSON.parse(line) as WindowsCall & { readonly id: number }
  runOnWindows(call).then(
    (result) => say({ id, result }),
    (error: Error) => say({ id, error: error.message }),
  )
})
