const { readFileSync } = require('node:fs')
const { needsMore } = require('./fast-tier.cjs')

/** Seconds of those that take half a minute in CI; a clean clone knows of none, and one that comes last leaves a core idle. */
const seconds = {
  'windows/role-tokens': 278,
  'e2e/verdict': 240,
  'e2e/logout-faults': 109,
  'e2e/shots': 93,
  'e2e/odd-states': 88,
  'e2e/doctor-faults': 79,
  'e2e/all': 75,
  'e2e/doctor': 72,
  'e2e/security-folder': 72,
  'e2e/interrupted': 70,
  'e2e/security-exec': 58,
  'e2e/exec': 57,
  'scripts/torture': 51,
  'e2e/aws': 49,
  'e2e/other-tools': 47,
  'keyring/handover-states': 47,
  'e2e/wheel': 47,
  'e2e/recipes': 46,
  'e2e/conflicts': 42,
  'e2e/watch': 38,
  'e2e/scenarios': 36,
  'windows/contracts': 35,
  'e2e/security-token': 34,
  'e2e/schedule-cron': 33,
  'e2e/env': 32,
  'shell/hook-shells': 29,
}

const guess = ({ path }) => (needsMore(path) ? 10 : 0)
const known = ({ path }) =>
  Object.entries(seconds).find(([name]) => path.replaceAll('\\', '/').endsWith(`/${name}.test.ts`))?.[1]
const size = ({ path }) => readFileSync(path).length

/** jest's own order on a clean clone is by size. */
module.exports = class {
  sort(tests) {
    const weighed = tests.map((test) => ({ test, weight: known(test) ?? guess(test), size: size(test) }))
    return weighed.sort((a, b) => b.weight - a.weight || b.size - a.size).map(({ test }) => test)
  }

  /** The same order whatever came of the last run. */
  cacheResults() {}
}
