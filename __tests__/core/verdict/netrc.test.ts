import { netrcMachines } from '../../../src/core/verdict/netrc.ts'

test.each<[string, string, (string | undefined)[]]>([
  ['nothing', '', []],
  [
    'machines and the default',
    'machine a login x password y\nmachine b\n  login x\ndefault login z',
    ['a', 'b', undefined],
  ],
  ['a password with a hash, and more on its line', 'machine a password p#w machine b', ['a', 'b']],
  ['values that look like keys', 'machine a login default password machine', ['a']],
  ['quotes and backslashes', 'machine "a b" password "x machine y" machine c\\"d', ['a b', 'c"d']],
  ['a macro, up to the empty line', 'macdef init\nmachine no\n\nmachine a', ['a']],
  ['a comment', '# machine no\nmachine a # default\n', ['a']],
])('%s', (_, text, machines) => {
  expect(netrcMachines(text)).toEqual(machines)
})
