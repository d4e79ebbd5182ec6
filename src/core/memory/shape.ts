import { isTable, own } from '../project/document.ts'

/** Reads a value: the value itself where all of it is right, a copy without what is wrong, or undefined where none of it is of use. */
export type Shape<T> = (value: unknown) => T | undefined

const leftOut = Symbol('left out')
type LeftOut = typeof leftOut
type Optional<T> = (value: unknown) => T | undefined | LeftOut

export type Shaped<S> = S extends (value: unknown) => infer T ? Exclude<T, undefined | LeftOut> : never

type Fields = Readonly<Record<string, (value: unknown) => unknown>>
type OptionalKeys<F extends Fields> = { [K in keyof F]: LeftOut extends ReturnType<F[K]> ? K : never }[keyof F]
type KnownFields<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Shaped<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: Shaped<F[K]>
}
type Flat<T> = { readonly [K in keyof T]: T[K] }

// What a newer version adds is kept; what lies deeper than any of ours could not even be written again.
const deepest = 16
const isShallow = (value: unknown, depth = deepest): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1)))

const isRight = <T>(shape: Shape<T>, value: unknown): value is T => value !== undefined && shape(value) === value

export const text =
  (isGood: (text: string) => boolean = () => true): Shape<string> =>
  (value) =>
    typeof value === 'string' && isGood(value) ? value : undefined

export const matching = (pattern: RegExp): Shape<string> => text((value) => pattern.test(value))

export const numberWithin =
  (least: number, most: number): Shape<number> =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most ? value : undefined

export const oneOf =
  <T>(...values: readonly T[]): Shape<T> =>
  (value) =>
    values.find((one) => one === value)

/** A value that is there in any case. */
export const or =
  <T>(shape: Shape<T>, otherwise: T): Shape<T> =>
  (value) =>
    shape(value) ?? otherwise

/** Left out where it is wrong. */
export const optional =
  <T>(shape: Shape<T>): Optional<T> =>
  (value) =>
    shape(value) ?? leftOut

/** May be missing; where it is there and wrong, the whole record is. */
export const maybe =
  <T>(shape: Shape<T>): Optional<T> =>
  (value) =>
    value === undefined ? leftOut : shape(value)

/** All of it is right, or nothing. */
export const whole =
  <T>(shape: Shape<T>): Shape<T> =>
  (value) =>
    isRight(shape, value) ? value : undefined

/** Without the items that are wrong. Of no use where none is left. */
export const listOf =
  <T>(item: Shape<T>): Shape<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value)) return undefined
    if (value.every((one) => isRight(item, one))) return value
    const right = value.map(item).filter((one) => one !== undefined)
    return right.length > 0 ? right : undefined
  }

export const tableOf =
  <T>(key: Shape<string>, entry: Shape<T>): Shape<Readonly<Record<string, T>>> =>
  (value) => {
    if (!isTable(value)) return undefined
    const names = Object.keys(value)
    if (names.every((name) => isRight(key, name) && isRight(entry, value[name]))) return value as Record<string, T>
    const read = names.filter((name) => isRight(key, name)).map((name) => [name, entry(value[name])] as const)
    return Object.fromEntries(read.filter((pair): pair is [string, T] => pair[1] !== undefined))
  }

/** A table of known keys; others are kept, but for those that every object has. */
export const record = <const F extends Fields>(fields: F): Shape<Flat<KnownFields<F>>> => {
  type T = Flat<KnownFields<F>>
  const known = Object.entries(fields)
  const isKnown = (key: string) => Object.hasOwn(fields, key)
  return (value) => {
    if (!isTable(value)) return undefined
    const changes = new Map<string, unknown>()
    for (const [key, field] of known) {
      const before = own(value, key)
      const after = field(before)
      if (after === undefined) return undefined
      if (after !== before && !(after === leftOut && before === undefined)) changes.set(key, after)
    }
    for (const key of Object.keys(value))
      if (!isKnown(key) && (key in {} || !isShallow(value[key]))) changes.set(key, leftOut)
    if (changes.size === 0) return value as T
    const read = [...new Map([...Object.entries(value), ...changes])].filter(([, one]) => one !== leftOut)
    return Object.fromEntries(read) as T
  }
}
