// Needs Poetry.
import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { allows } from '../../../src/core/project/constraint.ts'

const versions = ['1.8.5', '2.0.0', '2.0.1', '2.3.4', '2.5.0', '2.5.1', '3.0.0']
const one = '^ ~ ~= == = != > >= < <= '.split(' ')
const numbers = [
  '1.8',
  '2',
  '2.0',
  '2.0.0',
  '2.0.1',
  '2.3.4',
  '2.5',
  '2.5.1',
  '0.0.3',
  '0.1',
  '0',
  '0.0',
  '2.0.0.1',
  '3',
]
const generated = one.flatMap((op) => numbers.flatMap((number) => [`${op}${number}`, `${op} ${number}`]))
const wild = [
  '2.*',
  '==2.*',
  '!=2.*',
  '=2.5.*',
  '1.8.*',
  '2.*.*',
  '==2.5.*',
  '!=2.5.1.*',
  '*',
  'x',
  'v2.5',
  'v*',
  '>=2.*',
]
const joint = [
  '>=2.0,<3',
  '>=2.0, <3',
  '>= 2.0 , <3',
  '>= 2.0 <3',
  '>=2.0   <2.5',
  ' >=2.0,<2.5 ',
  '>=2.0,<2.5,',
  '>=2.0,<3 ,',
  '~=2.1, !=2.3.4',
  '^1.8 || ^2',
  '^1.8||^3',
  '^1.8|^2.5',
  '>=1.8,<2 || >=2.5',
  '<1 || >=3',
  '==1.8 || ==2.5.1',
  '^2.5 !=2.5.1',
]
// What neither Poetry nor we read, or what only Poetry does: nothing is said of it.
const unknown = [
  'whatever',
  '',
  '>=',
  '2.x',
  '>=2.0rc1',
  '^2.0 ||',
  '>=2.0-alpha',
  '<>2.5.1',
  '>=2.0;<3',
  '>=2,,<3',
  '2.5.1+local',
]

const script = `
import json, sys
from poetry.core.constraints.version import Version, parse_constraint
constraints, versions = json.load(sys.stdin)
def look(text, version):
    try:
        return parse_constraint(text).allows(Version.parse(version))
    except Exception:
        return None
print(json.dumps([[look(text, version) for version in versions] for text in constraints]))
`

test('a constraint says what it says to Poetry', () => {
  const all = [...generated, ...wild, ...joint]
  const input = JSON.stringify([all, versions])
  const theirs = JSON.parse(execFileSync(poetry('2.5').python, ['-I', '-c', script], { input }).toString())
  const ours = all.map((text) => versions.map((version) => allows(text, version)))
  const table = (found: unknown[]) => Object.fromEntries(all.map((text, at) => [text, found[at]]))
  expect(table(ours)).toEqual(table(theirs))
})

test.each(unknown)('nothing is said of %j', (text) => {
  for (const version of versions) expect(allows(text, version)).toBeUndefined()
})

test("nor of a version that is none of Poetry's releases", () => {
  expect(allows('>=2.0', '2.6.0.dev0')).toBeUndefined()
})
