import { createHash } from 'node:crypto'
import { type Entry, tarGz, zip } from './archive.ts'

export interface PackageSpec {
  readonly name: string
  readonly version: string
  /** A version specifier such as `>=3.9`. */
  readonly requiresPython?: string
  /** Requirements as in PEP 508, e.g. `requests>=2`. */
  readonly dependencies?: readonly string[]
}

interface Distribution {
  readonly filename: string
  readonly content: Buffer
}

/** A pure-Python wheel with one module whose `__version__` is the version. */
export function buildWheel(spec: PackageSpec): Distribution {
  const stem = stemOf(spec)
  const files: Entry[] = [
    ...moduleFiles(spec),
    [`${stem}.dist-info/METADATA`, metadata(spec)],
    [`${stem}.dist-info/WHEEL`, 'Wheel-Version: 1.0\nGenerator: emulator\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
  ]
  const record = `${stem}.dist-info/RECORD`
  const lines = files.map(([path, content]) => `${path},sha256=${hash(content)},${Buffer.byteLength(content)}\n`)
  return { filename: `${stem}-py3-none-any.whl`, content: zip([...files, [record, `${lines.join('')}${record},,\n`]]) }
}

/** The source distribution. It builds without any other package, by handing out the wheel that it carries. */
export function buildSdist(spec: PackageSpec): Distribution {
  const stem = stemOf(spec)
  const wheel = buildWheel(spec)
  const files: Entry[] = [
    ['PKG-INFO', metadata(spec)],
    ['pyproject.toml', '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'],
    ['backend.py', backend(wheel.filename)],
    [wheel.filename, wheel.content],
    ...moduleFiles(spec),
  ]
  return { filename: `${stem}.tar.gz`, content: tarGz(files.map(([path, content]) => [`${stem}/${path}`, content])) }
}

/** A project's name as indexes and clients compare it (PEP 503). */
export const normalizeName = (name: string): string => name.replace(/[-_.]+/g, '-').toLowerCase()

const moduleName = (name: string): string => normalizeName(name).replaceAll('-', '_')
const stemOf = ({ name, version }: PackageSpec): string => `${moduleName(name)}-${version}`
const moduleFiles = ({ name, version }: PackageSpec): Entry[] => [
  [`${moduleName(name)}/__init__.py`, `__version__ = "${version}"\n`],
]
const hash = (content: string | Buffer): string => createHash('sha256').update(content).digest('base64url')

function metadata({ name, version, requiresPython, dependencies = [] }: PackageSpec): string {
  const lines = [
    'Metadata-Version: 2.2',
    `Name: ${name}`,
    `Version: ${version}`,
    'Summary: Served by the emulator',
    ...(requiresPython === undefined ? [] : [`Requires-Python: ${requiresPython}`]),
    ...dependencies.map((requirement) => `Requires-Dist: ${requirement}`),
  ]
  return `${lines.join('\n')}\n`
}

/** A build backend (PEP 517) of our own: no network, no setuptools. */
const backend = (wheel: string): string => `import shutil

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    shutil.copy("${wheel}", wheel_directory)
    return "${wheel}"

def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError("this is the source distribution")
`
