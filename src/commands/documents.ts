import { type CaSyncError, type Said, saidOf } from '../core/words/errors.ts'
import { commandWords, printableLines } from '../core/words/quote.ts'
import type { Machine } from '../machine.ts'
import type { TalkArguments } from './options.ts'
import type { Report } from './report.ts'

/** The JSON of an error: `{"code","message","hint"}`; null where there is none. */
export const errorDocument = (error: Said | null | undefined): Said | null => (error ? saidOf(error) : null)

/** What hints say to type, each command as its words, for programs to run. */
export function fixesOf(hints: readonly (string | null | undefined)[]): (readonly string[])[] {
  const fixes = hints.flatMap((hint) => [commandWords(hint ?? '')].filter((words) => words !== null))
  return fixes.filter((fix, at) => fixes.findIndex((one) => one.join(' ') === fix.join(' ')) === at)
}

/** A document of `--json`. Keys are added to it, never renamed: a change that breaks a reader gets another number. */
export const wholeDocument = (content: object, indent = 2): string =>
  `${JSON.stringify({ ...content, schemaVersion: 1 }, null, indent)}\n`

/** Tells what a command did: by a document, or in whole lines. */
export function tellDone(
  { host, warnings }: Pick<Machine, 'host' | 'warnings'>,
  { json, quiet }: Pick<TalkArguments, 'json' | 'quiet'>,
  document: object,
  text: string,
): void {
  if (json) host.stdout(wholeDocument({ ...document, warnings, error: null }))
  else if (!quiet) host.stdout(text)
}

/** The one document of `--json`. `error` is that of a run which failed as a whole. */
export function toDocument({ sources, warnings, lastRun, renewal }: Report, error: CaSyncError | null): string {
  return wholeDocument({
    sources: sources.map(({ cause: _, identity, ...source }) => ({
      ...source,
      identity: identity && { profile: null, ...identity.base, roleArn: identity.roleArn ?? null },
      error: errorDocument(source.error),
    })),
    warnings: warnings.map(printableLines),
    error: errorDocument(error),
    fixes: fixesOf([error, ...sources.map((source) => source.error)].map((one) => one?.hint)),
    renewal,
    lastRun: lastRun && { at: lastRun.at, error: errorDocument(lastRun.error) },
  })
}

/** The document of a command that failed as a whole. @param shape - of its success */
export const failedDocument = (shape: object, error: CaSyncError | null, indent?: number): string =>
  wholeDocument({ ...shape, error: errorDocument(error), fixes: fixesOf([error?.hint]) }, indent)
