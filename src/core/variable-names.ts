import { origin } from './declarations.ts'
import { hostOf } from './endpoint.ts'
import { CaSyncError } from './errors.ts'
import { quote } from './quote.ts'

/** Poetry's name for a setting's variable (`Config.get`): upper case, `-` and the dots of a key become `_`. */
export const poetryVariable = (setting: string, ...parts: readonly string[]): string =>
  ['POETRY', setting, ...parts.map((part) => part.toUpperCase().replaceAll(/[-.]/g, '_'))].join('_')

/** uv's name for the credentials of an index (`IndexName::to_env_var`): upper case, all but ASCII letters and digits become `_`. */
export const uvVariable = (name: string, part: 'USERNAME' | 'PASSWORD'): string =>
  `UV_INDEX_${name.replaceAll(/[^A-Za-z0-9]/gu, '_').toUpperCase()}_${part}`

export type Naming = (name: string) => string

export const namings = {
  poetry: (name: string) => poetryVariable('HTTP_BASIC', name, 'PASSWORD'),
  uv: (name: string) => uvVariable(name, 'PASSWORD'),
} as const satisfies Record<string, Naming>

interface Named {
  readonly name: string
  readonly url: string
}

/** A repository that the tool knows from elsewhere. */
export interface Rival extends Named {
  /** Where it stands: a file. */
  readonly where: string
}

/**
 * Two names can be one variable, and the tool gives its token to both.
 * @throws CaSyncError NAME_CONFLICT for two of our own, SOURCE_HOST_MISMATCH where the other is at another host
 */
export function checkVariables(naming: Naming, sources: readonly Named[], rivals: readonly Rival[]): void {
  for (const [index, source] of sources.entries()) {
    const variable = naming(source.name)
    const twin = sources.slice(0, index).find(({ name }) => naming(name) === variable)
    if (twin !== undefined) throw twins(variable, twin.name, source.name)
    const rival = rivals.find(({ name, url }) => naming(name) === variable && origin(url) !== origin(source.url))
    if (rival !== undefined) throw stray(variable, source, rival)
  }
}

const twins = (variable: string, one: string, other: string): CaSyncError =>
  new CaSyncError(
    'NAME_CONFLICT',
    `Sources ${one} and ${other} are the same name in an environment variable: both are ${variable}.`,
    `Give one of them another name, or name the one that you need: --source ${other}`,
  )

const stray = (variable: string, { name, url }: Named, rival: Rival): CaSyncError =>
  new CaSyncError(
    'SOURCE_HOST_MISMATCH',
    `${rival.where}: ${quote(rival.name)} is at ${quote(hostOf(rival.url) || rival.url, 253)}, and ${variable} would send it the token of source ${name}, which is only for ${quote(hostOf(url), 253)}.`,
    `Remove ${quote(rival.name)} from ${rival.where}, or give source ${name} another name.`,
  )
