// sbom.mjs: a CycloneDX document of what a release has: npm's own, without the packages that only build and test it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const all = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], { encoding: 'utf8', maxBuffer: 1 << 28 }),
)
const notices = readFileSync('dist/THIRD-PARTY.txt', 'utf8')
const shipped = new Set(
  [...notices.matchAll(/^(\S+) (\d\S*) \(.*\)$/gm)].map(([, name, version]) => `${name}@${version}`),
)
const kept = (reference) => {
  const part = all.components.find((one) => one['bom-ref'] === reference)
  return (
    part === undefined ||
    shipped.has(`${part.name}@${part.version}`) ||
    part.name === '@github/keytar' ||
    part.name === 'keytar'
  )
}
const components = all.components.filter((one) => kept(one['bom-ref']))
const dependencies = all.dependencies
  .filter(({ ref }) => kept(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(kept) }))
// What says when and by whom it was made differs from run to run.
const { timestamp: _, ...metadata } = all.metadata
const { serialNumber: __, ...rest } = all
process.stdout.write(`${JSON.stringify({ ...rest, metadata, components, dependencies }, null, 2)}\n`)
