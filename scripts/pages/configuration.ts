import { commands } from '../../src/cli/commands.ts'
import { help } from '../../src/cli/help.ts'
import { environment, exitCodes, places } from './facts.ts'
import { renewed } from './generated.ts'

const table = (head: string, rows: readonly (readonly [string, string])[], quote = true): string =>
  [
    `| ${head} | meaning |`,
    '|---|---|',
    ...rows.map(([name, text]) => `| ${quote ? code(name) : name} | ${text} |`),
  ].join('\n')

const code = (names: string): string =>
  names
    .split(', ')
    .map((name) => `\`${name}\``)
    .join(', ')

/** What each command's own help says, and that of its actions, at the width of a page. */
const helps = (): string =>
  commands
    .filter(({ group }) => group !== 'Help')
    .flatMap((one) => [[one], ...(one.actions ?? []).map((action) => [one, action])])
    .map((path) => {
      const text = help(commands, path, { width: 100, docs: '' }).replace(/\n\nDocs:.*\n$/, '\n')
      return `### ${path.map(({ name }) => name).join(' ')}\n\n\`\`\`text\n${text}\`\`\``
    })
    .join('\n\n')

/** docs/configuration.md with its generated parts as they should be. */
export const configurationPage = (): string =>
  renewed('docs/configuration.md', {
    environment: table('variable', environment),
    'exit codes': table('code', exitCodes, false),
    files: table('place', places),
    commands: helps(),
  })
