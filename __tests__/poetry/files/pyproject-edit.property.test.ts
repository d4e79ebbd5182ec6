import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { poetryTable } from '../../../src/core/project/declarations.ts'
import { tablesAt } from '../../../src/core/project/document.ts'
import { pluginTable } from '../../../src/core/project/plugin-sources.ts'
import type { Entry } from '../../../src/core/toml/table.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { parseToml } from '../../../src/files/toml.ts'
import { editPyproject } from '../../../src/poetry/files/pyproject-edit.ts'
import { putOld } from '../../helpers/old-file.ts'
import { anyText, fc, inserted } from '../../helpers/property.ts'
import { tomlTexts } from '../../helpers/toml.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-pyproject-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const entries: fc.Arbitrary<readonly Entry[]> = fc.array(
  fc.record({ name: fc.oneof(fc.constant('dev'), anyText()), default: fc.constant(true as const) }),
  { minLength: 1, maxLength: 3 },
)
const meaning = (text: string): unknown => JSON.parse(JSON.stringify(parseToml(text)))

/** The document without an array of tables, and without the tables that only hold it. */
function without(value: unknown, [key = '', ...deeper]: readonly string[]): unknown {
  const { [key]: inner, ...rest } = value as Record<string, unknown>
  const kept = deeper.length === 0 || inner === undefined ? undefined : without(inner, deeper)
  return kept === undefined || Object.keys(kept as object).length === 0 ? rest : { ...rest, [key]: kept }
}

async function attempt(before: string, array: typeof poetryTable | typeof pluginTable, added: readonly Entry[]) {
  const path = join(dir, 'pyproject.toml')
  await putOld(path, before)
  try {
    await (await editPyproject(path, [{ array, entries: added }]))()
  } catch (error) {
    expect(error).toBeInstanceOf(CaSyncError)
    expect(error).toMatchObject({ code: 'PYPROJECT_INVALID' })
    expect(await readFile(path, 'utf8')).toBe(before)
    return undefined
  }
  return readFile(path, 'utf8')
}

test('tables come after those that are there, in one piece; all else stays to the byte', () =>
  fc.assert(
    fc.asyncProperty(
      tomlTexts,
      fc.constantFrom('', '\ufeff'),
      fc.constantFrom(poetryTable, pluginTable),
      entries,
      async (text, mark, array, added) => {
        const after = await attempt(mark + text, array, added)
        if (after === undefined) return
        expect(inserted(mark + text, after)).toBeDefined()
        const now = meaning(after.slice(mark.length))
        expect(tablesAt(now, array, '')).toEqual([...tablesAt(meaning(text), array, ''), ...added])
        expect(without(now, array)).toEqual(without(meaning(text), array))
      },
    ),
  ))
