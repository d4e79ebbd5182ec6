import process from 'node:process'
import { runOnWindows, type WindowsCall } from './run.ts'
import { answerAt } from './talk.ts'

// agent.cjs PORT: runs programs under wine, for the tests that listen there, until they hang up; `env` asks for the environment that wine gives.
// wine's programs can use no pipe or file of Linux's as their output, but Windows' own.
const port = Number(process.argv[2])
answerAt(port, (asked) => (asked === 'env' ? process.env : runOnWindows(asked as WindowsCall))).finally(() =>
  process.exit(),
)
