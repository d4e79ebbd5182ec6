import type { Host } from '../src/core/ports/host.ts'
import { redacted, withProgress } from '../src/terminal.ts'

const secrets = new Set(['an-EvenLonger.Secret_of-42'])
const said: string[] = []
const env = { AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', AWS_SESSION_TOKEN: 'test' }
const raw = Object.fromEntries([
  ...['stdout', 'stderr', 'reveal', 'control'].map((name) => [name, (text: string) => said.push(`${name} ${text}`)]),
  ['env', env],
  ['width', () => 80],
]) as unknown as Host

beforeEach(() => {
  said.length = 0
})

describe.each(['stdout', 'stderr'] as const)('%s', (stream) => {
  const out = (text: string): string => {
    redacted(raw, secrets)[stream](text)
    return said.join('').slice(stream.length + 1)
  }

  test.each([
    ['a part of a secret', 'x EvenLonger.Secret y', 'x **** y'],
    ['one that a message has made printable', 'x EvenLo\\u000anger.Secret y', 'x **** y'],
    ["a part of AWS's key in the environment", 'signed with K7MDENG/bPxRf', 'signed with ****'],
    ['what a local AWS takes for a key', 'a test, the latest', 'a test, the latest'],
    ['writing that is turned', '/home/\u202egnp.exe', '/home/\\u202egnp.exe'],
    ['what nobody sees', 'pass\u200bword\u{e0041}', 'pass\\u200bword\\udb40\\udc41'],
    ['what steers a terminal', '\u001b[2J\u009b2J\r', '\\u001b[2J\\u009b2J\\u000d'],
    ['lines and columns, which stay', 'a\tb\n  c é 中\n', 'a\tb\n  c é 中\n'],
  ])('%s', (_, text, expected) => {
    expect(out(text)).toBe(expected)
  })

  test('a document of JSON stays one', () => {
    const document = { project: '/p/\u202e\u2066\u{e0001}\\', error: { message: 'x EvenLo\nnger.Secret "y"' } }
    const text = out(JSON.stringify(document, null, 2))
    expect(text).not.toMatch(/\p{Cf}/u)
    expect(JSON.parse(text)).toEqual({ ...document, error: { message: 'x **** "y"' } })
  })
})

test('what is to stay to the byte does', () => {
  const host = redacted(raw, secrets)
  host.reveal('an-EvenLonger.Secret_of-42\u202e')
  expect(said).toEqual(['reveal an-EvenLonger.Secret_of-42\u202e'])
})

test('the line of progress comes and goes, and its text is as clean as any', () => {
  const { progress, host } = withProgress(redacted(raw, secrets), true)
  progress('at \u202e EvenLonger.Secret…')
  host.stdout('done\n')
  expect(said).toEqual(['control \r\u001b[K', 'stderr at \\u202e ****…', 'control \r\u001b[K', 'stdout done\n'])
})

test('a line of progress that a terminal would break ends after a word', () => {
  const { progress } = withProgress({ ...redacted(raw, secrets), width: () => 30 }, true)
  progress('Watching 1 project; next look at 13:54. Ctrl-C stops.')
  expect(said.at(-1)).toBe('stderr Watching 1 project; next…')
})
