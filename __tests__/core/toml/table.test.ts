import { parse } from '@iarna/toml'
import { removeHeader, removeKey, setKey } from '../../../src/core/toml/table.ts'

const dev = ['repositories', 'dev']
const set = (text: string) => setKey(text, dev, 'url', 'NEW')

test.each([
  // What is there, and what it becomes.
  ['', '[repositories.dev]\nurl = "NEW"\n'],
  ['# mine', '# mine\n\n[repositories.dev]\nurl = "NEW"'],
  ['a = 1\r\n', 'a = 1\r\n\r\n[repositories.dev]\r\nurl = "NEW"\r\n'],
  ['[repositories.dev]', '[repositories.dev]\nurl = "NEW"'],
  ['[repositories.dev]\nurl = "old" # why\ncert = 1', '[repositories.dev]\nurl = "NEW" # why\ncert = 1'],
  ['[repositories.dev]\n# hi\ncert = 1\n', '[repositories.dev]\nurl = "NEW"\n# hi\ncert = 1\n'],
  ['[ repositories . "dev" ] # x\n"url" = \'old\'\n', '[ repositories . "dev" ] # x\n"url" = "NEW"\n'],
  ['repositories.dev.url = "old"\n', 'repositories.dev.url = "NEW"\n'],
  ['repositories.dev.cert = 1\na = 1\n', 'repositories.dev.cert = 1\nrepositories.dev.url = "NEW"\na = 1\n'],
  ['[repositories]\ndev.cert = 1', '[repositories]\ndev.cert = 1\ndev.url = "NEW"'],
  ['[repositories]\ndev = {url = "old"}\n', '[repositories]\ndev = {url = "NEW"}\n'],
  ['[repositories]\ndev = {cert = 1}\n', '[repositories]\ndev = {url = "NEW", cert = 1}\n'],
  ['[repositories]\ndev = { }\n', '[repositories]\ndev = { url = "NEW" }\n'],
  ['[repositories]\ndev = {}\n', '[repositories]\ndev = {url = "NEW"}\n'],
  ['repositories = {dev = {url = "old"}}\n', 'repositories = {dev = {url = "NEW"}}\n'],
  ['repositories = {qa = {url = "q"}}\n', 'repositories = {dev.url = "NEW", qa = {url = "q"}}\n'],
  ['[repositories]\n\n[z]\n', '[repositories]\n\n[repositories.dev]\nurl = "NEW"\n\n[z]\n'],
  ['[repositories.dev.sub]\na = 1\n', '[repositories.dev.sub]\na = 1\n\n[repositories.dev]\nurl = "NEW"\n'],
  [
    '[repositories.dev-2]\nurl = "2"\n\n# z\n[z]\n',
    '[repositories.dev-2]\nurl = "2"\n\n[repositories.dev]\nurl = "NEW"\n\n# z\n[z]\n',
  ],
  [
    'repositories.a.url = "a"\nb = 1\n\n[z]\n',
    'repositories.a.url = "a"\nb = 1\n\n[repositories.dev]\nurl = "NEW"\n\n[z]\n',
  ],
  [
    'a = """\n[repositories.dev]\nurl = "x"\n"""\n',
    'a = """\n[repositories.dev]\nurl = "x"\n"""\n\n[repositories.dev]\nurl = "NEW"\n',
  ],
  ["a = '''\n[repositories.dev]\n''''\n", "a = '''\n[repositories.dev]\n''''\n\n[repositories.dev]\nurl = \"NEW\"\n"],
])('%j with our key: %j', (before, after) => {
  expect(set(before)).toBe(after)
  expect(set(after)).toBe(after)
  expect(parse(after)).toHaveProperty(['repositories', 'dev', 'url'], 'NEW')
})

test.each([
  [
    ['http-basic', 'dev'],
    '[http-basic.dev]\nusername = "aws"\npassword = "p" # c\n',
    '[http-basic.dev]\nusername = "aws"\n',
  ],
  [
    ['http-basic', 'dev'],
    '[http-basic]\ndev = {password = "p", username = "aws"}',
    '[http-basic]\ndev = {username = "aws"}',
  ],
  [
    ['http-basic', 'dev'],
    '[http-basic]\ndev = {username = "aws", password = "p"}',
    '[http-basic]\ndev = {username = "aws"}',
  ],
  [['http-basic', 'dev'], '[http-basic]\ndev = {password = "p"}', '[http-basic]\ndev = {}'],
  [['http-basic', 'dev'], 'http-basic.dev.password = """\np"""\na = 1\n', 'a = 1\n'],
  [['http-basic', 'dev'], '[http-basic.dev.password]\nusername = "a"\npassword = "p"\n\n[z]\n', '[z]\n'],
  [['http-basic', 'dev'], '[http-basic.dev-2]\npassword = "p"\n', '[http-basic.dev-2]\npassword = "p"\n'],
])('removes the key password of %j from %j', (table, before, after) => {
  expect(removeKey(before, [...table, 'password'])).toBe(after)
})

test.each([
  ['[repositories.dev]\nurl = "x"\n\n[repositories.dev-2]\nurl = "y"\n', '[repositories.dev-2]\nurl = "y"\n'],
  ['# c\r\n\r\n[repositories.dev]\r\nurl = "x"\r\n\r\n[z]\r\n', '# c\r\n\r\n[z]\r\n'],
  ['[repositories]\ndev.url = "x"\ndev.cert = 1\nqa.url = "y"\n', '[repositories]\nqa.url = "y"\n'],
  ['repositories = {dev = {url = "x"}, qa = {url = "y"}}\n', 'repositories = {qa = {url = "y"}}\n'],
  ['[repositories.dev]\n# mine\nurl = "x"\n[repositories.dev.sub]\na = 1\n', '# mine\n'],
])('removes our table from %j', (before, after) => {
  expect(removeKey(before, dev)).toBe(after)
})

test.each([
  '',
  '# only a comment\n',
  '# only a comment',
  'a = 1\n',
  'a = 1',
  'a = 1\r\nb = 2',
  '[repositories.qa]\nurl = "q"\n\n[z]\n',
  'a = 1\r\n\r\n[z]\r\nb = 2\r\n',
])('adding our table and removing it leaves %j as it was', (text) => {
  expect(removeKey(set(text), dev)).toBe(text)
})

test.each([
  // What is there, and what it becomes once our key is gone.
  ['[repositories.dev]\n', ''],
  ['a = 1\n\n[repositories.dev]\n\n[z]\n', 'a = 1\n\n[z]\n'],
  ['a = 1\n\n[repositories.dev]', 'a = 1'],
  ['[repositories.dev]\n# mine\n[z]\n', '# mine\n[z]\n'],
  ['[repositories.dev]\n[repositories.dev.sub]\na = 1\n', '[repositories.dev.sub]\na = 1\n'],
  // Somebody else's, or in use.
  ['[repositories.dev] # mine\n', '[repositories.dev] # mine\n'],
  ['[ repositories.dev ]\n', '[ repositories.dev ]\n'],
  ['[repositories.dev]\ncert = 1\n', '[repositories.dev]\ncert = 1\n'],
  ['[[repositories.dev]]\n', '[[repositories.dev]]\n'],
  ['[repositories.dev-2]\n', '[repositories.dev-2]\n'],
  ['[repositories]\ndev = {}\n', '[repositories]\ndev = {}\n'],
])('an empty header: %j', (before, after) => {
  expect(removeHeader(before, dev)).toBe(after)
})

test.each([
  ['a.b', '[repositories."a.b"]'],
  ['my repo', '[repositories."my repo"]'],
  ['9_x-Y', '[repositories.9_x-Y]'],
])('the name %j is written as %s', (name, header) => {
  expect(setKey('', ['repositories', name], 'url', 'x')).toBe(`${header}\nurl = "x"\n`)
})

test.each(['"', '\\', '\u0000\u001f\u007f', 'é😀', '\n\r\t'])('the value %j comes back from the parser', (value) => {
  expect(parse(setKey('', dev, 'url', value))).toEqual({ repositories: { dev: { url: value } } })
})

test.each(['"\\u0064ev"', "'dev'", '"d\\U00000065v"'])('%s is our name in other clothes', (name) => {
  expect(set(`[repositories]\n${name} = {url = "old"}\n`)).toBe(`[repositories]\n${name} = {url = "NEW"}\n`)
})

test.each(['"\\"dev"', '\'"dev"\'', 'dev-2', 'de', '"dev "'])('%s is not our name', (name) => {
  const text = `[repositories]\n${name} = {url = "old"}\n`
  expect(set(text)).toBe(`${text}\n[repositories.dev]\nurl = "NEW"\n`)
})

test.each(['a', '= 1', '[', 'a = ', 'a = {b', 'a = [1', '\ufeffa = 1'])(
  '%j is not TOML, and ends with an error',
  (text) => {
    expect(() => set(text)).toThrow('Not TOML')
  },
)
