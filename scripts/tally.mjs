// tally.mjs FAILED-STEPS RESULTS...: prints "N passed, N failed" and exits with 0 only when nothing failed.
import { readFileSync } from 'node:fs'

const [failedSteps, ...files] = process.argv.slice(2)

/** jest writes no results when it could not start. */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, success: false }
  }
}

let [passed, failed] = [0, Number(failedSteps)]
for (const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, success } of files.map(read)) {
  passed += numPassedTests
  failed += numFailedTests + numRuntimeErrorTestSuites || Number(!success)
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
