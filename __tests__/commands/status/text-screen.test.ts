import { expect, test } from '@jest/globals'
import type { Report } from '../../../src/commands/report.ts'
import { failedSource } from '../../../src/commands/report.ts'
import { printStatus, screen } from '../../../src/commands/status/text.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'

const home = '/home/someone-with-a-long-name'
const gone = new CaSyncError('PROJECT_NOT_FOUND', `There is no ${home}/work/pyproject.toml.`, { hint: 'Type: ca-sync' })
const other = new CaSyncError('NOT_SYNCED', 'not synced yet.', { hint: 'Type: ca-sync' })

const of = (project: string, names: readonly string[], errorOf = (_: string) => gone): Report['sources'] =>
  names.map((name) => ({
    ...failedSource(
      { name, domain: 'd', owner: '123456789012', region: 'eu-west-1', repository: 'r', url: 'https://r/' } as never,
      errorOf(name),
    ),
    project,
  }))

const shown = (width: number, report: Report): string[] => {
  const host = { home, platform: 'linux', now: () => 0 } as never
  return screen(report, host, { width, colour: false, unicode: true }).split('\n')
}

test('what all sources of a project lack stands below its folder once, with the home folder as ~ before it is laid out', () => {
  expect(shown(60, { sources: of(`${home}/work`, ['dev', 'qa']), warnings: [] })).toEqual([
    'd/r of 123456789012 (eu-west-1)',
    '~/work',
    'fault    dev, qa  There is no ~/work/pyproject.toml',
    '',
  ])
})

test('many are counted', () => {
  const names = Array.from({ length: 12 }, (_, at) => `source-${at}`)
  expect(shown(60, { sources: of(`${home}/work`, names), warnings: [] })[2]).toBe(
    'fault    12 sources  There is no ~/work/pyproject.toml',
  )
})

test('what they lack each for itself is told of each', () => {
  const sources = of(`${home}/work`, ['dev', 'qa'], (name) => (name === 'dev' ? gone : other))
  expect(shown(60, { sources, warnings: [] }).slice(2, 4)).toEqual([
    'fault    dev  There is no ~/work/pyproject.toml',
    'fault    qa   not synced yet',
  ])
})

test.each([20, 24, 30])('no line is wider than %i columns', (width) => {
  const renewal = { by: [], nextAt: new Date(0).toISOString() }
  const lines = shown(width, { sources: of(`${home}/work`, ['dev', 'qa']), warnings: [], renewal })
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
  expect(lines.join(' ')).toContain('Nothing that ca-sync can see renews')
})

test('what a source has failed with is not told again as the last run', () => {
  const said: string[] = []
  const host = {
    home,
    platform: 'linux',
    now: () => 0,
    isShown: false,
    env: {},
    stdout() {},
    stderr: (text: string) => said.push(text),
  }
  const report = { sources: of('/p', ['dev']), warnings: [], lastRun: { at: new Date(0).toISOString(), error: gone } }
  const parts = { host, warn() {} } as never
  printStatus(parts, { json: false, quiet: false, verbose: false } as never, report)
  expect(said.join('').split(gone.message)).toHaveLength(2)
  said.length = 0
  printStatus(parts, { json: false, quiet: false, verbose: false } as never, {
    ...report,
    sources: of('/p', ['dev'], () => other),
  })
  expect(said.join('')).toMatch(`last run: failed 0 s ago: ${gone.message}`)
})
