import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, lines: readFileSync(join('src', name), 'utf8').split('\n').slice(0, -1) }))

const declaration =
  /^(?:export )?(?:declare )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) ([A-Za-z_$][\w$]*)/

test('a name at the top of a file has one meaning in the whole of src, but for 50 at most', () => {
  const places = new Map<string, Set<string>>()
  for (const { name: file, lines } of files)
    for (const line of lines) {
      const [, name] = declaration.exec(line) ?? []
      if (name !== undefined) places.set(name, (places.get(name) ?? new Set()).add(file))
    }
  const shared = [...places].filter(([, holders]) => holders.size > 1)
  const told = shared.map(([name, holders]) => `${name}: ${[...holders].join(', ')}`)
  expect({ tooMany: told.length > 50 ? told : [] }).toEqual({ tooMany: [] })
})

test('no file has more than 200 lines', () =>
  expect(files.flatMap(({ name, lines }) => (lines.length > 200 ? [`${name}: ${lines.length}`] : []))).toEqual([]))

/** How long the function is that begins at a line, as the formatter indents it: its signature may take lines of its own. */
function lengthFrom(lines: readonly string[], start: number): number {
  const [indent = ''] = /^ */.exec(lines[start] ?? '') ?? []
  const at = (pattern: RegExp, from: number) =>
    lines.findIndex(
      (line, index) => index >= from && line.startsWith(indent) && pattern.test(line.slice(indent.length)),
    )
  const body = /\{$/.test(lines[start] ?? '') ? start : at(/^\).*\{$/, start)
  return body < 0 ? 0 : at(/^\}/, body + 1) - start + 1
}

const begins =
  /^ *(?:export )?(?:async )?(?:function\b|const \w+ = (?:async )?(?:<.*>)?\(|(?:async |get |#)*\w+\().*[({]$/

test('no function has more than 60 lines', () => {
  const long = files.flatMap(({ name, lines }) =>
    lines.flatMap((line, at) => {
      const length = begins.test(line) ? lengthFrom(lines, at) : 0
      return length > 60 ? [`${name}:${at + 1}: ${length}`] : []
    }),
  )
  expect(long).toEqual([])
})

/** Folders of tests that are about no file of src; and what each verb is put through, in memory. */
const apart =
  /^(?:e2e|helpers|macos|messages|powershell|scenarios|scripts|systems|windows)\/|^commands\/odd-states\.test\.ts$/

test('each unit test is named for the file or folder of src that it tries, at the same place', () => {
  const tests = readdirSync('__tests__', { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.test.ts') && !apart.test(name))
  const isNamed = (name: string) =>
    readdirSync(join('src', dirname(name))).some((there) =>
      ['.', '-'].some((end) => basename(name).startsWith(`${there.split('.')[0]}${end}`)),
    )
  expect(tests.filter((name) => !isNamed(name))).toEqual([])
})
