import { isTable } from '../../../src/core/project/document.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { parseToml } from '../../../src/files/toml.ts'
import { type Edit, edited } from '../../../src/poetry/files/edit.ts'
import { anyText, fc, inserted } from '../../helpers/property.ts'
import { tomlTexts } from '../../helpers/toml.ts'

type Tables = Record<string, Record<string, Record<string, unknown>>>

const tables = fc.constantFrom(...(['repositories', 'http-basic'] as const))
const entries = fc.record({
  table: fc.tuple(tables, fc.constantFrom('dev', 'new', 'my_lib-2')),
  key: fc.constantFrom('url', 'username', 'password'),
  value: fc.oneof(fc.constantFrom('aws', 'https://h/pypi/dev/'), anyText()),
})

/** The edited text; undefined where it was refused: only where something else stands in our place. */
function attempt(text: string, edit: Edit): string | undefined {
  try {
    return edited('/config.toml', text, [edit])
  } catch (error) {
    expect(error).toBeInstanceOf(CaSyncError)
    expect(error).toMatchObject({ code: 'POETRY_FILE_INVALID' })
    const { [edit.table[0]]: root } = parseToml(text)
    const entry = isTable(root) ? root[edit.table[1]] : undefined
    expect(isTable(root) && (entry === undefined || isTable(entry)) && !Array.isArray(valueAt(text, edit))).toBe(false)
    return undefined
  }
}

const meaning = (text: string): unknown => JSON.parse(JSON.stringify(parseToml(text)))

/** What a document says beside the tables that an edit is about. */
function others(text: string, { table: [root, name], key }: Edit): unknown {
  const { [root]: entry, ...rest } = meaning(text) as Tables
  const { [name]: own, ...siblings } = entry ?? {}
  const { [key]: _, ...kept } = own ?? {}
  return { rest, siblings, kept }
}

const valueAt = (text: string, { table: [root, name], key }: Edit): unknown =>
  (meaning(text) as Tables)[root]?.[name]?.[key]

/** The key is there, or its table with nothing in it, which may be what we left: it goes along. */
function isOurs(text: string, edit: Edit): boolean {
  const entry = (parseToml(text) as Tables)[edit.table[0]]?.[edit.table[1]]
  return valueAt(text, edit) !== undefined || (isTable(entry) && Object.keys(entry).length === 0)
}

test('a key that is set says so, all else says what it said, and twice is once', () => {
  fc.assert(
    fc.property(tomlTexts, entries, (text, entry) => {
      const after = attempt(text, entry)
      if (after === undefined) return
      expect(valueAt(after, entry)).toBe(entry.value)
      expect(others(after, entry)).toEqual(others(text, entry))
      expect(attempt(after, entry)).toBe(after)
    }),
  )
})

test('a key that was not there comes in one piece, and goes without a trace', () => {
  fc.assert(
    fc.property(tomlTexts, entries, (text, entry) => {
      const after = isOurs(text, entry) ? undefined : attempt(text, entry)
      if (after === undefined) return
      expect(inserted(text, after)).toContain(entry.key)
      const { value: _, ...removal } = { ...entry, tidy: true as const }
      expect(attempt(after, removal)).toBe(text)
    }),
  )
})

const isWithin = (part: string, whole: string): boolean => {
  let at = 0
  for (const char of part) {
    at = whole.indexOf(char, at) + 1
    if (at === 0) return false
  }
  return true
}

test('a key that goes takes nothing along, and twice is once', () => {
  fc.assert(
    fc.property(tomlTexts, entries, fc.boolean(), (text, { table, key }, tidy) => {
      const removal = { table, key, ...(tidy && { tidy }) }
      const after = attempt(text, removal)
      if (after === undefined) return
      expect(valueAt(after, removal)).toBeUndefined()
      expect(others(after, removal)).toEqual(others(text, removal))
      expect(isWithin(after, text)).toBe(true)
      expect(attempt(after, removal)).toBe(after)
    }),
  )
})

test('several names come, and go in whatever order, without a trace', () => {
  const names = ['dev', 'my_lib-2', 'a', 'zz']
  const order = fc.shuffledSubarray(names, { minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(tomlTexts, tables, order, fc.nat(4), (text, root, gone, count) => {
      const chosen = names.slice(0, count).map((name) => ({ table: [root, name] as const, key: 'url' }))
      if (chosen.some((one) => isOurs(text, one))) return
      let now: string | undefined = text
      for (const one of chosen) now = now && attempt(now, { ...one, value: 'https://h/' })
      if (now === undefined) return
      for (const name of gone.filter((each) => names.indexOf(each) < count))
        now = now && attempt(now, { table: [root, name], key: 'url', tidy: true })
      expect(now).toBe(text)
    }),
  )
})
