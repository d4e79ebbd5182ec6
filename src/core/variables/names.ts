import { origin } from '../project/declarations.ts'
import { hostOf } from '../repository/endpoint.ts'
import { CaSyncError } from '../words/errors.ts'
import { quote } from '../words/quote.ts'

export type Variables = Readonly<Record<string, string>>

/** Poetry's name for a setting's variable (`Config.get`): upper case, `-` and the dots of a key become `_`. */
export const poetryVariable = (setting: string, ...parts: readonly string[]): string =>
  ['POETRY', setting, ...parts.map((part) => part.toUpperCase().replaceAll(/[-.]/g, '_'))].join('_')

const passwordVariable = (name: string): string => poetryVariable('HTTP_BASIC', name, 'PASSWORD')

interface Named {
  readonly name: string
  readonly url: string
}

/** A repository that Poetry knows from elsewhere. */
export interface Rival extends Named {
  readonly where: string
}

/**
 * Two names can be one variable, and Poetry gives its token to both.
 * @param quoting - files that have Poetry fill in what such a variable holds
 * @throws CaSyncError NAME_CONFLICT for two of our own, SOURCE_HOST_MISMATCH where the token would go elsewhere
 */
export function checkVariables(sources: readonly Named[], rivals: readonly Rival[], quoting: readonly string[] = []) {
  if (quoting[0] !== undefined) throw quotedLogin(quoting[0])
  for (const [index, source] of sources.entries()) {
    const variable = passwordVariable(source.name)
    const twin = sources.slice(0, index).find(({ name }) => passwordVariable(name) === variable)
    if (twin !== undefined) throw twins(variable, twin.name, source.name)
    const rival = rivals.find(
      ({ name, url }) => passwordVariable(name) === variable && origin(url) !== origin(source.url),
    )
    if (rival !== undefined) throw stray(variable, source, rival)
  }
}

function twins(variable: string, one: string, other: string): CaSyncError {
  const what = `Sources ${one} and ${other} are the same name in an environment variable: both are ${variable}.`
  const hint = `Give one of them another name, or name the one that you need: --source ${other}`
  return new CaSyncError('NAME_CONFLICT', what, { hint })
}

function stray(variable: string, { name, url }: Named, rival: Rival): CaSyncError {
  const what = `${rival.where}: ${quote(rival.name)} is at ${quote(hostOf(rival.url) || rival.url, 253)}, and ${variable} would send it the token of source ${name}, which is only for ${quote(hostOf(url), 253)}.`
  const hint = `Remove ${quote(rival.name)} from ${rival.where}, or give source ${name} another name.`
  return new CaSyncError('SOURCE_HOST_MISMATCH', what, { hint })
}

function quotedLogin(file: string): CaSyncError {
  const what = `${file} has {http-basic…} in a value: Poetry would put the token in its place, wherever that goes.`
  return new CaSyncError('SOURCE_HOST_MISMATCH', what, { hint: `Remove it from ${file}.` })
}
