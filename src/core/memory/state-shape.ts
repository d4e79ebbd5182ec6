import { isTable, own, type Table } from '../project/document.ts'
import { asToday } from './earlier.ts'
import { entry, key, mark, name, path, poetry, project, served, time, token, url } from './record-shapes.ts'
import { listOf, oneOf, or, record, type Shape, tableOf } from './shape.ts'
import type { State } from './state.ts'

const tableShape = <T>(at: Shape<string>, one: Shape<T>) => or(tableOf(at, one), {})
const tableShapes = {
  projects: tableShape(path, project),
  tokens: tableShape(key(/^\d{12}\/\S+ \S/), token),
  entries: tableShape(key(/^\S+$/), entry),
  endpoints: tableShape(key(/^\d{12}\/\S/), url),
  names: tableShape(name, or(listOf(url), [])),
  locals: tableShape(path, tableOf(name, listOf(url))),
  usernames: tableShape(name, mark),
  served: tableShape(path, served),
  created: tableShape(path, mark),
  leaving: tableShape(path, poetry),
  away: tableShape(path, or(time, '')),
}
const state = record<State>({ version: oneOf<1>(1), ...tableShapes })

/** A state as it was read. */
export interface Reading {
  readonly state: State
  /** What was wrong in it, and is left out or taken as unknown, e.g. `projects /home/me/app`. */
  readonly damage: readonly string[]
  /** One of its tables is none: what was in there cannot be known. */
  readonly isLost: boolean
}

/** @returns undefined for what is no state; `newer` for one of a version that is not ours to read */
export function readState(written: unknown): Reading | 'newer' | undefined {
  if (!isTable(written)) return undefined
  const version = own(written, 'version')
  if (typeof version === 'number' && version > 1) return 'newer'
  const document = asToday(written)
  const read = state(document)
  return (
    read && {
      state: { ...read, leaving: { ...poetriesOf(document, read), ...read.leaving } },
      damage: damageOf(document, read),
      isLost: Object.keys(tableShapes).some((name) => Object.hasOwn(document, name) && !isTable(own(document, name))),
    }
  )
}

/** Of projects whose record cannot be used, the Python stays known that wrote their entries. */
function poetriesOf(document: Table, { projects }: State): State['leaving'] {
  const poetries = tableOf(path, (one) => (isTable(one) ? poetry(own(one, 'poetry')) : undefined))(
    own(document, 'projects'),
  )
  return Object.fromEntries(Object.entries(poetries ?? {}).filter(([folder]) => !Object.hasOwn(projects, folder)))
}

function damageOf(before: Table, after: object): string[] {
  return Object.entries(before).flatMap(([name, value]) => {
    const read = own(after as Table, name)
    if (read === value) return []
    if (!isTable(value) || !isTable(read)) return [name]
    return Object.keys(value).flatMap((one) => (own(read, one) === value[one] ? [] : [`${name} ${one}`]))
  })
}
