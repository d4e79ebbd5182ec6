/** One option, or one word after the command's name, as data. */
export interface Option {
  readonly describe: string
  /** One letter. */
  readonly alias?: string
  /** What its value is called in the help. */
  readonly value?: string
  /** What a shell offers for its value, where it has no choices. */
  readonly offers?: 'folder' | 'file' | 'source' | 'profile'
  /** A boolean is false unless given; every other option needs a value. */
  readonly type?: 'string' | 'boolean'
  readonly array?: true
  /** May be given several times, with one value each. */
  readonly repeats?: true
  readonly choices?: readonly string[]
  readonly default?: string | readonly string[]
  readonly demandOption?: true
}

/** By name. */
export type Options = Readonly<Record<string, Option>>

type Camel<Name extends string> = Name extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : Name

type Word<O> = O extends { choices: readonly (infer C)[] } ? C : string

type Value<O> = O extends { type: 'boolean' }
  ? boolean
  : O extends { array: true } | { repeats: true }
    ? readonly Word<O>[]
    : Word<O>

type Certain = { default: unknown } | { demandOption: true } | { type: 'boolean' }

/** What a command gets for its table of options. */
export type Args<T extends Options> = {
  readonly [K in keyof T & string as Camel<K>]: T[K] extends Certain ? Value<T[K]> : Value<T[K]> | undefined
}
