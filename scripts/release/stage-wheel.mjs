// stage-wheel.mjs FOLDER: what the wheel and its sdist are built from: packaging/pypi, the built program, and keytar with its binary for each platform.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const [folder] = process.argv.slice(2)
const { version, description, homepage, bugs } = JSON.parse(await readFile('package.json', 'utf8'))
const known = { VERSION: version, DESCRIPTION: description, HOMEPAGE: homepage, BUGS: bugs.url }
const program = join(folder, 'ca_sync/program')
const keytar = 'node_modules/keytar'

await rm(folder, { recursive: true, force: true })
await cp('packaging/pypi', folder, { recursive: true, filter: (path) => !path.includes('__pycache__') })
await rm(join(folder, 'pyproject.toml.in'))
const pyproject = await readFile('packaging/pypi/pyproject.toml.in', 'utf8')
await writeFile(
  join(folder, 'pyproject.toml'),
  pyproject.replaceAll(/@([A-Z]+)@/g, (_, name) => known[name]),
)
await mkdir(program, { recursive: true })
const isBuilt = (path) => !path.includes('program.cache')
await cp('dist', join(program, 'dist'), { recursive: true, filter: isBuilt })
// What a run keeps there; installers remove what they know of.
await writeFile(join(program, 'dist/program.cache'), '')
for (const part of ['package.json', 'lib', 'prebuilds', 'LICENSE.md'])
  await cp(join(keytar, part), join(program, keytar, part), { recursive: true })
await cp('LICENSE', join(folder, 'LICENSE'))
// PyPI shows this page alone: its links lead to the repository.
const readme = await readFile('README.md', 'utf8')
await writeFile(
  join(folder, 'README.md'),
  readme
    .replaceAll(/(!\[[^\]]*\]\()(?![a-z]+:)/g, `$1${homepage}/raw/main/`)
    .replaceAll(/\]\((?![a-z]+:|#)/g, `](${homepage}/blob/main/`),
)
