import { once } from 'node:events'
import process from 'node:process'
import { startEmulator } from './emulator.ts'
import { defaults } from './options.ts'

// By hand: serves the default domain with one package, and prints what a shell needs to use it, until Ctrl-C.
const emulator = await startEmulator()
emulator.addPackage({
  domain: 'my-domain',
  repository: 'dev',
  name: 'ca-sync-demo-lib',
  version: '1.2.3',
  requiresPython: '>=3.8',
})

const exports = Object.entries(emulator.env).map(([name, value]) => `export ${name}='${value}'`)
const repositories = defaults.domains.flatMap(({ domain, repositories }) =>
  repositories
    .map((entry) => (typeof entry === 'string' ? entry : entry.name))
    .map((name) => `# ${name}: ${emulator.repositoryUrl(domain, name)}`),
)
process.stdout.write(`${[...exports, ...repositories, '# Ctrl-C stops it'].join('\n')}\n`)

await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
await emulator.close()
