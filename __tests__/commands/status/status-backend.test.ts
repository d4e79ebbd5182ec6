import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const nobody = 'keyring.backends.null.Keyring'
const file = () => join(stage().home, '.config/python_keyring/keyringrc.cfg')

async function choose(text: string, path = file()) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

const readyOf = async (words: readonly string[], env = {}) => {
  const { stdout, code } = await stage().caSync([...words, '--json'], { env: { ...stage().env, ...env } })
  const { sources = [], error } = JSON.parse(stdout)
  return { code, ready: sources[0]?.ready, error: (sources[0]?.error ?? error)?.code }
}

test.each([
  ['null', `[backend]\ndefault-keyring=${nobody}\n`],
  ['fail', '[backend]\ndefault-keyring = keyring.backends.fail.Keyring\n'],
  ['in other words', `# mine\n[BACKEND]\n[backend]\nDefault-Keyring : ${nobody}\r\nkeyring-path = /x\n`],
])('a backend of keyringrc.cfg that keeps nothing is told without a look at the keyring: %s', async (_, text) => {
  await stage().caSync([])
  await choose(text)
  expect(await readyOf(['status'])).toEqual({ code: 6, ready: false, error: 'KEYRING_DISABLED' })
  const { stdout, stderr } = await stage().caSync(['status'])
  expect(stdout).toContain(`no: a backend that keeps nothing in ${file()}`)
  expect(stderr).toContain(`Delete default-keyring from ${file()}.`)
  expect((await stage().caSync(['doctor', '--offline'])).stdout).toContain(`switched off by ${file()}`)
  expect(await readyOf([])).toEqual({ code: 5, ready: undefined, error: 'KEYRING_DISABLED' })
  await rm(file())
  expect(await readyOf(['status'])).toMatchObject({ ready: true })
  expect(await readyOf([])).toMatchObject({ code: 0, ready: true })
})

test.each([
  ['another backend', '[backend]\ndefault-keyring=keyring.backends.SecretService.Keyring\n', {}],
  ['a comment', `[backend]\n# default-keyring=${nobody}\n`, {}],
  ['another section', `[other]\ndefault-keyring=${nobody}\n`, {}],
  ['a variable beats it', `[backend]\ndefault-keyring=${nobody}\n`, { PYTHON_KEYRING_BACKEND: 'x.Keyring' }],
])('all others only Python knows: %s', async (_, text, env) => {
  await choose(text)
  const around = { env: { ...stage().env, ...env } }
  expect((await stage().caSync([], around)).code).toBe(0)
  expect(await readyOf(['status'], env)).toMatchObject({ ready: true })
})

const stepsOf = async (words: readonly string[], env = {}) => {
  const { stdout } = await stage().caSync([...words, '--json'], { env: { ...stage().env, ...env } })
  return JSON.parse(stdout).sources?.[0]?.steps
}

test.each([
  ['one that is not there', '[backend]\ndefault-keyring=no.such.Thing\n'],
  ['one with a path of its own', '[backend]\ndefault-keyring=json_file.Keyring\nkeyring-path=/opt/keyrings\n'],
  ['one in a line of its own', `[backend]\ndefault-keyring =\n  ${nobody}\n`],
])('a backend that is chosen after a sync was given nothing yet: %s', async (_, text) => {
  await stage().caSync([])
  await choose(text)
  expect(await readyOf(['status'])).toEqual({ code: 6, ready: false, error: 'NOT_SYNCED' })
  expect(await stepsOf([])).toEqual(['handover'])
  expect(await readyOf(['status'])).toMatchObject({ code: 0, ready: true })
  await rm(file())
  expect(await readyOf(['status'])).toMatchObject({ code: 0, ready: true })
  expect(await stepsOf([])).toEqual([])
})

test('the keyring of before does not have what another one was given since', async () => {
  await stage().caSync([])
  await choose('[backend]\ndefault-keyring=json_file.Keyring\n')
  await stage().caSync(['--force'])
  await rm(file())
  expect(await readyOf(['status'])).toEqual({ code: 6, ready: false, error: 'NOT_SYNCED' })
  expect(await stepsOf([])).toEqual(['handover'])
})

test("an empty PYTHON_KEYRING_BACKEND is not an unset one: Python's keyring dies of it", async () => {
  await stage().caSync([])
  const env = { PYTHON_KEYRING_BACKEND: '' }
  expect(await readyOf(['status'], env)).toEqual({ code: 6, ready: false, error: 'NOT_SYNCED' })
  expect(await stepsOf([], env)).toEqual(['handover'])
  expect(await stepsOf([])).toEqual([])
})

test.each([
  ['--store', 'exec'],
  ['--store', 'plaintext'],
])('nor does it matter with %s %s', async (...words) => {
  await choose(`[backend]\ndefault-keyring=${nobody}\n`)
  expect((await stage().caSync(words)).code).toBe(0)
  expect(await readyOf(['status'])).toMatchObject({ ready: true })
})

test('it is looked for where XDG_CONFIG_HOME says', async () => {
  await stage().caSync([])
  const env = { XDG_CONFIG_HOME: join(stage().home, 'xdg') }
  await choose(`[backend]\ndefault-keyring=${nobody}\n`, join(env.XDG_CONFIG_HOME, 'python_keyring/keyringrc.cfg'))
  expect(await readyOf(['status'])).toMatchObject({ ready: true })
  expect(await readyOf([], env)).toMatchObject({ code: 5, error: 'KEYRING_DISABLED' })
})

const named = 'POETRY_KEYRING_ENABLED'
test.each<[string, () => Promise<void> | void, Record<string, string>, string]>([
  ['a variable', () => undefined, { [named]: 'false' }, `The environment variable ${named} is set`],
  [
    'a variable that is no word of Poetry',
    () => undefined,
    { [named]: 'no' },
    `The environment variable ${named} is set`,
  ],
  ["Python's own variable", () => undefined, { PYTHON_KEYRING_BACKEND: nobody }, 'PYTHON_KEYRING_BACKEND is set'],
  ["Poetry's config.toml", () => configure(stage().config, 'config.toml'), {}, "switches Poetry's keyring off"],
  ["the project's poetry.toml", () => configure(stage().project, 'poetry.toml'), {}, "switches Poetry's keyring off"],
  ['keyringrc.cfg', () => choose(`[backend]\ndefault-keyring=${nobody}\n`), {}, 'is switched off by'],
])(
  'before a first sync, and when a token is over, status says what stands in the way: %s',
  async (_, write, env, says) => {
    const around = { env: { ...stage().env, ...env } }
    const expectStanding = async () => {
      const seen = await stage().caSync(['status'], around)
      expect(seen).toMatchObject({ code: 6, stderr: expect.stringContaining(says) })
      expect(seen.stdout).not.toMatch(/not synced|expired$/m)
      const ran = await stage().caSync([], around)
      expect(ran).toMatchObject({ code: 5, stderr: expect.stringContaining(says) })
      expect(seen.stderr).toContain(ran.stderr.split('\n')[1])
      expect(await readyOf(['status'], env)).toEqual({ code: 6, ready: false, error: 'KEYRING_DISABLED' })
    }
    await stage().caSync([])
    await stage().letPass(13)
    await write()
    await expectStanding()
    await stage().caSync(['logout'])
    await rm(stage().state, { recursive: true, force: true })
    await expectStanding()
    for (const store of ['exec', 'plaintext'])
      expect(await stage().caSync(['--store', store], around)).toMatchObject({ code: 0 })
  },
)

const configure = async (folder: string, name: string) => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), '[keyring]\nenabled = false\n')
}
