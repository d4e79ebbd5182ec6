import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { configurationPage } from '../../scripts/pages/configuration.ts'
import { manPage } from '../../scripts/pages/man.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { commands } from '../../src/cli/commands.ts'

test("docs/configuration.md is made of the commands' declarations (npm run build makes it)", () => {
  expect(readFileSync(checkout('docs/configuration.md'), 'utf8')).toBe(configurationPage())
})

test('the manual page has every command and option, and nothing that roff would take for a request', () => {
  const page = manPage('1.2.3')
  for (const { name, options } of commands) {
    expect(page).toContain(`.SS ca\\-sync ${name.replaceAll('-', '\\-')}`)
    for (const option of Object.keys(options)) expect(page).toContain(`\\-\\-${option.replaceAll('-', '\\-')}`)
  }
  const requests = page.split('\n').filter((line) => /^[.']/.test(line))
  expect(requests.filter((line) => !/^\.(TH|SH|SS|TP|B|BR|PP|EX|EE)\b/.test(line))).toEqual([])
})
