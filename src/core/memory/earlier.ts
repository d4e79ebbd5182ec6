import { isTable, own, type Table } from '../project/document.ts'

type Change = (value: unknown) => unknown

const each =
  (change: Change): Change =>
  (value) => {
    if (Array.isArray(value)) return value.map(change)
    return isTable(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)])) : value
  }

const at =
  (key: string, change: Change): Change =>
  (value) =>
    isTable(value) && Object.hasOwn(value, key) ? { ...value, [key]: change(value[key]) } : value

const withTokenKey: Change = (value) => {
  if (!isTable(value) || typeof own(value, 'token') !== 'string') return value
  const { token: tokenKey, ...rest } = value
  return { tokenKey, ...rest }
}

/** A state as it is written today: ca-sync called the key of a token `token` there until November 2026. */
export const asToday = (document: Table): Table =>
  at(
    'entries',
    each(withTokenKey),
  )(at('served', each(at('ready', at('logins', each(withTokenKey)))))(document)) as Table
