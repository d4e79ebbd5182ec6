import { type Command, groups, ownOptions } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import type { Option, Options } from '../../src/commands/options.ts'
import { environment, exitCodes, places } from './facts.ts'

/** Text for roff: a backslash, a dash that is one, and a point or quote that starts no request. */
const text = (words: string): string =>
  words
    .replaceAll('`', '')
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replaceAll(/^([.'])/gm, '\\&$1')

const term = (name: string, meaning: string): string => `.TP\n.B ${text(name)}\n${text(meaning)}\n`

function option([name, { alias, type, value, choices, array, describe }]: readonly [string, Option]): string {
  const short = alias === undefined ? '' : `-${alias}, `
  const given = type === 'boolean' ? '' : ` ${value ?? choices?.join('|') ?? name.toUpperCase()}${array ? '...' : ''}`
  return term(`${short}--${name}${given}`, describe)
}

const options = (all: Options): string => Object.entries(all).map(option).join('')

function section({ name, describe, about, options: own, examples, actions = [] }: Command, path = 'ca-sync'): string {
  const shown = examples.map(([line, does]) => `.TP\n.EX\n${text(line)}\n.EE\n${text(does)}\n`).join('')
  return [
    `.SS ${text(`${path} ${name}`)}\n${text(describe)}.\n`,
    about === undefined ? '' : `${text(about)}\n`,
    options(own),
    shown === '' ? '' : `.PP\nExamples:\n${shown}`,
    ...actions.map((action) => section(action, `${path} ${name}`)),
  ].join('')
}

/** The manual page ca-sync(1), of the commands' own declarations. */
export const manPage = (version: string): string =>
  [
    `.TH CA\\-SYNC 1 "" "ca\\-sync ${text(version)}" "User Commands"\n`,
    '.SH NAME\nca\\-sync \\- makes plain Poetry work with AWS CodeArtifact\n',
    '.SH SYNOPSIS\n.B ca\\-sync\n[COMMAND] [OPTIONS]\n',
    '.SH DESCRIPTION\n',
    text(
      'Turns the CodeArtifact sources of a Poetry project into Poetry\'s own configuration, and keeps short-lived tokens in the keyring that Poetry reads. After it, "poetry add my-lib --source dev" and "poetry publish -r dev" work.\n',
    ),
    '.SH COMMANDS\n',
    ...groups.flatMap((group) => commands.filter((one) => one.group === group).map((one) => section(one))),
    '.SH OPTIONS OF EVERY COMMAND\n',
    options(ownOptions),
    '.SH EXIT STATUS\n',
    ...exitCodes.map(([name, meaning]) => term(name, meaning)),
    '.SH ENVIRONMENT\n',
    ...environment.map(([name, meaning]) => term(name, meaning)),
    '.SH FILES\n',
    ...places.map(([name, meaning]) => term(name, meaning)),
    '.SH SEE ALSO\n.BR poetry (1),\n.BR aws (1),\nhttps://github.com/ca\\-sync/ca\\-sync\n',
  ].join('')
