import { isDeepStrictEqual } from 'node:util'
import { isTable, type Table, tablesAt } from '../../core/project/document.ts'
import { addTables, type Entry, tablesText } from '../../core/toml/array.ts'
import type { TomlPath } from '../../core/toml/scan.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import { editText } from '../../files/edit.ts'
import { readSettled } from '../../files/settled.ts'
import { parseToml } from '../../files/toml.ts'

/** The path of an array of tables. */
export type ArrayPath = readonly [...string[], string]

const code = 'PYPROJECT_INVALID'
const byteOrderMark = '\ufeff'

/**
 * Adds tables to an array of tables of a pyproject.toml; all else in it stays to the byte.
 * @returns the function that writes the file
 * @throws CaSyncError PYPROJECT_INVALID where that cannot be done; FILE_UNWRITABLE
 */
export async function addToPyproject(
  path: string,
  array: ArrayPath,
  entries: readonly Entry[],
): Promise<() => Promise<void>> {
  const edit = (text: string): string => {
    const mark = text.startsWith(byteOrderMark) ? byteOrderMark : ''
    const after = extended(text.slice(mark.length), array, entries)
    if (after === undefined) throw editRefusal(path, array, entries)
    return mark + after
  }
  await readSettled(path, code, (text = '') => edit(text))
  return async () => void (await editText(path, edit, { mode: 0o644, keepMode: true, code }))
}

/** The edited text; undefined where it would not say what is meant. */
function extended(text: string, array: ArrayPath, entries: readonly Entry[]): string | undefined {
  try {
    const before = parseToml(text)
    const tables = [...tablesAt(before, array, ''), ...entries]
    const after = addTables(text, array, entries)
    return isDeepStrictEqual(parseToml(after), withArray(before, array, tables)) ? after : undefined
  } catch {
    return undefined
  }
}

/** The document with another value at the end of a path. */
function withArray(table: Table, [key = '', ...deeper]: TomlPath, tables: readonly Table[]): Table {
  const inner = Object.hasOwn(table, key) ? table[key] : undefined
  return { ...table, [key]: deeper.length === 0 ? tables : withArray(isTable(inner) ? inner : {}, deeper, tables) }
}

function editRefusal(path: string, array: ArrayPath, entries: readonly Entry[]): CaSyncError {
  const name = array.join('.')
  return new CaSyncError(
    'PYPROJECT_INVALID',
    `${printable(path)}: no table can be added to ${name} as it is written there (as an inline array, for example); nothing was written.`,
    {
      hint: `Write each source that it has under a line [[${name}]] of its own, and add:\n\n${tablesText(array, entries).trimEnd()}`,
    },
  )
}
