// tally.mjs RESULTS FAILED-STEPS: prints "N passed, N failed" and exits with 0 only when nothing failed.
import { readFileSync } from 'node:fs'

const [results, failedSteps] = process.argv.slice(2)

/** jest writes no results when it could not start: that failure is in the steps. */
function read() {
  try {
    return JSON.parse(readFileSync(results, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0 }
  }
}

const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = read()
const inTests = numFailedTests + numRuntimeErrorTestSuites
// jest's own failure is a failed step, too: it counts once.
const failed = inTests > 0 ? inTests + Number(failedSteps) - 1 : Number(failedSteps)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
