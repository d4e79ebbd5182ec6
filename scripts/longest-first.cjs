const { readFileSync } = require('node:fs')
const { needsMore } = require('./fast-tier.cjs')

/** Seconds of those that take long, on two idle cores; a clean clone knows of none, and one that comes last leaves a core idle. */
const seconds = {
  'windows/role-tokens': 280,
  'e2e/verdict': 120,
  'e2e/schedule-cron': 60,
  'e2e/odd-states': 60,
  'windows/contracts': 50,
  'e2e/recipes': 50,
  'e2e/security-exec': 50,
  'e2e/other-tools': 45,
  'e2e/scenarios': 45,
  'keyring/handover-states': 45,
  'scripts/torture': 40,
  'e2e/exec': 35,
  'e2e/doctor-faults': 35,
  'e2e/interrupted': 35,
  'windows/main-job': 30,
  'windows/beside-others': 30,
  'e2e/security-token': 30,
  'shell/hook-shells': 30,
  'e2e/keyring-midway': 26,
  'e2e/security-stranger': 26,
  'e2e/sources-declare': 25,
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
