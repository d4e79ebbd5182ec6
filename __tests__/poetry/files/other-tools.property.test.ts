// Needs Poetry.
import { execFileSync } from 'node:child_process'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { inPipConfig, inPypirc } from '../../../src/core/doctor/entries.ts'
import { netrcMachines } from '../../../src/core/verdict/netrc.ts'
import { anyText, fc, runs } from '../../helpers/property.ts'

/** Python itself, asked about many texts at once; null for a text that it refuses. */
function askPython(script: string, texts: readonly string[]): unknown[] {
  const input = JSON.stringify(texts)
  return JSON.parse(execFileSync(poetry('2.5').python, ['-c', script], { input, encoding: 'utf8' }))
}

/** A start of Python serves many texts. */
const batches = Math.ceil(runs / 40)

const netrc = `
import json, os, sys, tempfile, netrc
def read(text):
    handle, path = tempfile.mkstemp()
    os.write(handle, text.encode()); os.close(handle)
    try: return list(netrc.netrc(path).hosts)
    except Exception: return None
    finally: os.unlink(path)
print(json.dumps([read(text) for text in json.load(sys.stdin)]))
`

const ini = `
import configparser, json, sys
def read(text):
    parser = configparser.RawConfigParser()
    try: parser.read_string(text)
    except Exception: return None
    return [[name, key, value] for name in parser.sections() for key, value in parser.items(name)]
print(json.dumps([read(text) for text in json.load(sys.stdin)]))
`

const one = fc.constantFrom
const gaps = one(' ', '\n', '\n\t', '\r\n')
const values = one('me', 'machine', 'default', 'p#w', '"a b"', '"a\\"b"', 'x\\ y', '#x', 'é')
/** A comment further down is one for Python only where no line is empty above it. */
const comments = one('', '# machine no.example\n')
const entries = fc
  .array(
    fc.oneof(
      fc
        .tuple(one('a.example', 'b.example', '"c.example"'), one('login', 'user'), values, gaps, values)
        .map(([host, key, login, gap, password]) => `machine ${host}${gap}${key} ${login}${gap}password ${password}\n`),
      values.map((value) => `default login ${value} password x\n`),
      one('macdef init\nmachine no.example\ncd /\n\n', 'machine d.example # default\n login x\n'),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''))
const netrcTexts = fc.tuple(comments, entries).map((parts) => parts.join(''))

test("the machines of a netrc file are those that Python's requests finds", () => {
  fc.assert(
    fc.property(fc.array(netrcTexts, { minLength: 40, maxLength: 40 }), (texts) => {
      askPython(netrc, texts).forEach((hosts, index) => {
        if (hosts === null) return
        const found = new Set(netrcMachines(texts[index] ?? '').map((machine) => machine ?? 'default'))
        expect({ text: texts[index], found: [...found].sort() }).toEqual({
          text: texts[index],
          found: (hosts as string[]).toSorted(),
        })
      })
    }),
    { numRuns: batches },
  )
})

const token = 'https://aws:tok@d-1.codeartifact/pypi/dev/simple/'
const urls = one(token, token, 'https://a.example/', '', 'x')
const iniTexts = fc
  .array(
    fc.oneof(
      fc
        .tuple(one('global', 'install', 'my repo', 'pypi'), one('', ' ; x', '\r'))
        .map(([name, end]) => `[${name}]${end}`),
      fc
        .tuple(
          one('index-url', 'extra-index-url', 'Index-URL', 'repository', 'password', 'a_b'),
          one('=', ' = ', ': ', ' :'),
          urls,
        )
        .map((parts) => parts.join('')),
      fc.tuple(one('  ', '\t', ' '), urls).map((parts) => parts.join('')),
      one('', '# x', '; y', `# ${token}`, ' # x', 'timeout = 5', 'no-value'),
    ),
    { maxLength: 8 },
  )
  .map((lines) => `[global]\n${lines.join('\n')}\n`)

const isCodeArtifact = (host: string): boolean => host === 'd-1.codeartifact'

test("what other tools left is found where Python's configparser finds it", () => {
  fc.assert(
    fc.property(fc.array(iniTexts, { minLength: 60, maxLength: 60 }), (texts) => {
      askPython(ini, texts).forEach((items, index) => {
        if (items === null) return
        const text = texts[index] ?? ''
        const rows = items as readonly (readonly [string, string, string | null])[]
        const withToken = rows.filter(([, , value]) => value?.includes(token)).map(([name, key]) => `${name}.${key}`)
        const found = inPipConfig('pip.conf', text, isCodeArtifact).map(({ key }) => key.toLowerCase())
        expect({ text, found: found.sort() }).toEqual({ text, found: withToken.sort() })
        const password = new Set(rows.filter(([, key, value]) => key === 'password' && value).map(([name]) => name))
        const sections = rows.filter(
          ([name, key, value]) => key === 'repository' && value?.startsWith(token) && password.has(name),
        )
        const names = inPypirc('.pypirc', text.replaceAll('aws:tok@', ''), isCodeArtifact).map(({ key }) => key)
        expect({ text, names: names.sort() }).toEqual({ text, names: sections.map(([name]) => name).sort() })
      })
    }),
    { numRuns: batches },
  )
})

test('whatever the bytes of such a file are, reading it does no harm', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText(),
        fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
      ),
      (text) => {
        expect(Array.isArray(netrcMachines(text))).toBe(true)
        expect(Array.isArray(inPipConfig('f', text, () => true))).toBe(true)
        expect(Array.isArray(inPypirc('f', text, () => true))).toBe(true)
      },
    ),
  )
})
