const { readFileSync } = require('node:fs')
const { needsMore } = require('./fast-tier.cjs')

/** Seconds of those that take longest in CI, tier by tier; a clean clone knows of none, and one that comes last leaves a core idle. */
const seconds = {
  'e2e/verdict': 240,
  'windows/role-tokens': 150,
  'e2e/logout-faults': 109,
  'e2e/doctor-faults': 90,
  'e2e/odd-states': 88,
  'e2e/all': 80,
  'e2e/doctor': 80,
  'e2e/security-folder': 80,
  'e2e/security-exec': 75,
  'e2e/interrupted': 75,
  'e2e/exec': 60,
  'e2e/shots': 55,
  'e2e/recipes': 55,
  'poetry/keyring/handover-states': 50,
  'scripts/torture': 50,
  'e2e/watch': 50,
  'e2e/aws': 49,
  'e2e/scenarios': 47,
  'e2e/other-tools': 45,
  'e2e/package-managers': 45,
  'e2e/security-stranger': 45,
  'e2e/sources-declare': 45,
  'e2e/wheel': 45,
  'e2e/conflicts': 43,
  'e2e/rivals': 42,
  'e2e/security-token': 42,
  'windows/contracts': 42,
  'e2e/beside-all': 40,
  'e2e/env': 38,
  'e2e/hook-reached': 38,
  'e2e/keyring-tools': 38,
  'e2e/readme': 38,
  'e2e/store-exec': 38,
  'e2e/schedule-cron': 33,
  'shell/hook-shells': 32,

  'programs/start': 18,
  'commands/odd-states': 12,
  'poetry/files/edit-forget': 12,
  'aws/calls/neighbours': 11,
  'scripts/fleet': 11,
  'commands/logout/logout-cases': 10,
  'core/memory/state-shape': 9,
  'messages/messages': 9,
  'commands/sync/sync-options': 8,
  'core/plan/plan.property': 8,
  'files/edit': 8,
  'messages/from-elsewhere': 8,
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
