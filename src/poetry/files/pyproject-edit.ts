import { isDeepStrictEqual } from 'node:util'
import { pruned, type Table, tablesAt, withValue } from '../../core/project/document.ts'
import { addTables, type Entry, removeTables, tablesText } from '../../core/toml/table.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import { editText } from '../../files/edit.ts'
import { readSettled } from '../../files/read.ts'
import { parseToml } from '../../files/toml.ts'

export type ArrayPath = readonly [...string[], string]

const code = 'PYPROJECT_INVALID'
const byteOrderMark = '\ufeff'

export interface Change {
  readonly array: ArrayPath
  readonly without?: (table: Table) => boolean
  readonly entries: readonly Entry[]
}

/**
 * Edits arrays of tables of a pyproject.toml; all else in it stays to the byte.
 * @returns the function that writes the file
 * @throws CaSyncError PYPROJECT_INVALID where that cannot be done; FILE_UNWRITABLE
 */
export async function editPyproject(path: string, changes: readonly Change[]): Promise<() => Promise<void>> {
  const edit = (text: string): string => {
    const mark = text.startsWith(byteOrderMark) ? byteOrderMark : ''
    let after = text.slice(mark.length)
    for (const change of changes) {
      const edited = changed(after, change)
      if (edited === undefined) throw editRefusal(path, change.array, change.entries)
      after = edited
    }
    return mark + after
  }
  await readSettled(path, code, (text = '') => edit(text))
  return async () => void (await editText(path, edit, { mode: 0o644, keepMode: true, code }))
}

/** The edited text; undefined where it would not say what is meant. */
function changed(text: string, { array, without = () => false, entries }: Change): string | undefined {
  try {
    const before = parseToml(text)
    const there = tablesAt(before, array, '')
    const gone = there.flatMap((table, index) => (without(table) ? [index] : []))
    if (gone.length + entries.length === 0) return text
    const after = addTables(removeTables(text, array, gone), array, entries)
    const tables = [...there.filter((table) => !without(table)), ...entries]
    const meant = withValue(before, array, tables.length > 0 ? tables : undefined)
    return isDeepStrictEqual(pruned(parseToml(after), array), meant) ? after : undefined
  } catch {
    return undefined
  }
}

function editRefusal(path: string, array: ArrayPath, entries: readonly Entry[]): CaSyncError {
  const name = array.join('.')
  const what = `${printable(path)}: ${entries.length === 0 ? `no table can be taken out of ${name}` : `no table can be added to ${name}`} as it is written there (as an inline array, for example); nothing was written.`
  return new CaSyncError('PYPROJECT_INVALID', what, {
    hint:
      entries.length === 0
        ? `Take the source out of ${name} by hand.`
        : `Write each source that it has under a line [[${name}]] of its own, and add:\n\n${tablesText(array, entries).trimEnd()}`,
  })
}
