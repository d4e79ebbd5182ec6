import { atLeast } from '../words/version.ts'

/** poetry-core's own (2.5): between the parts of which all have to hold stands a comma, a blank, or both. */
const betweenParts = /(?<!^)(?<![\^~=>< ,]) *(?<!-)[, ](?!-) *(?!,|$)/
const onePart = /^(\^|~=?|[=!]=|[<>]=?|=)?\s*v?(\d+(?:\.\d+)*)((?:\.\*)+)?$/

/** Whether a constraint takes a version, as Poetry reads it; undefined where that is not known from here (of a pre-release, say). */
export function allows(constraint: string, version: string): boolean | undefined {
  if (!/^\d+(?:\.\d+)*$/.test(version)) return undefined
  const groups = constraint
    .trim()
    .split(/\s*\|\|?\s*/)
    .map((group) => group.replace(/[,\s]+$/, '').split(betweenParts))
  const found = groups.map((parts) => parts.map((part) => allowsPart(part, version)))
  if (found.flat().includes(undefined)) return undefined
  return found.some((parts) => !parts.includes(false))
}

function allowsPart(part: string, version: string): boolean | undefined {
  if (/^v?[x*](?:\.[x*])*$/i.test(part)) return true
  const [, op = '', text, wildcard] = onePart.exec(part) ?? []
  if (text === undefined) return undefined
  const numbers = text.split('.').map(Number)
  const isLeast = atLeast(version, text)
  const isSame = isLeast && atLeast(text, version)
  /** From there on, until that number is another one. */
  const until = (at: number) =>
    isLeast && !atLeast(version, [...numbers.slice(0, at), (numbers[at] ?? 0) + 1].join('.'))
  const breaking = numbers.slice(0, 3).findIndex((number) => number > 0)
  const last = numbers.length - 1
  const isMeant = wildcard === undefined ? isSame : until(last)
  const answers: Readonly<Record<string, boolean>> = {
    '^': until(breaking < 0 ? Math.min(last, 2) : breaking),
    '~': until(Math.min(last, 1)),
    '~=': until(Math.max(last - 1, 0)),
    '>=': isLeast,
    '>': isLeast && !isSame,
    '<': !isLeast,
    '<=': !isLeast || isSame,
    '!=': !isMeant,
  }
  return answers[op] ?? isMeant
}
