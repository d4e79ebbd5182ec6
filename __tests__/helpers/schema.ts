import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { checkout } from '../../scripts/testbed/checkout.ts'

const ajv = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ },
})
const documented = ['status', 'doctor', 'sources', 'schedule', 'logout', 'watch']

/** Holds a document against the schema of schema/; throws what is wrong with it. */
export function holdTo(name: string, document: unknown): void {
  const schema = JSON.parse(readFileSync(checkout(`schema/${name}.json`), 'utf8'))
  if (!ajv.getSchema(schema.$id)) ajv.addSchema(schema)
  if (ajv.validate(schema.$id, document) !== true)
    throw new Error(`schema/${name}.json: ${ajv.errorsText()}\n${JSON.stringify(document, null, 1)}`)
}

const commands = [
  'sync',
  ...documented,
  'exec',
  'env',
  'policy',
  'hook',
  'completion',
  'init',
  'uninstall',
  'help',
  'version',
]
/** Commands of `sources` have documents of their own. */
const isOther = (words: readonly string[]): boolean => words.some((word) => /^(add|declare|remove)$/.test(word))

/** Holds what a command printed with --json against its schema. */
export function holdOutput(words: readonly string[], stdout: string): void {
  const isText = ['--', '--version', '-V', '--help', '-h'].some((word) => words.includes(word))
  if (isText || !words.includes('--json') || stdout === '') return
  const command = words.find((word) => commands.includes(word)) ?? 'sync'
  const isKnown = (command === 'sync' || documented.includes(command)) && !isOther(words)
  for (const text of command === 'watch' ? stdout.trim().split('\n') : [stdout]) {
    const document = JSON.parse(text)
    if (isKnown) holdTo(command, document)
    else if (document.error !== null) holdTo('error', document)
  }
}
