// notes.mjs VERSION: what CHANGELOG.md says of a version, which must be there.
import { readFileSync } from 'node:fs'

const [version] = process.argv.slice(2)
const sections = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m).slice(1)
const section = sections.find((one) => one.startsWith(`${version} `) || one.startsWith(`${version}\n`))
// A try-out of what is to come has no version yet.
const unreleased = process.env.TAG === undefined ? sections.find((one) => one.startsWith('Unreleased')) : undefined
const found = section ?? unreleased
if (found === undefined) {
  process.stderr.write(`notes: CHANGELOG.md has no section "## ${version}"\n`)
  process.exitCode = 1
} else process.stdout.write(found.slice(found.indexOf('\n')).trim().concat('\n'))
