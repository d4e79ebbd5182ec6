import { afterEach, expect, jest, test } from '@jest/globals'
import { snapshot, writePoetryFiles } from './files.ts'
import { bothManners, minted, ours, refusal, services, startKeyring } from './keyring.ts'
import { openStage, type Stage, type StageOptions } from './stage.ts'

jest.setTimeout(180_000)

let stage: Stage
afterEach(() => stage.close())

const exec = 'ca-sync exec -- poetry …'

interface State {
  readonly keyring?: StageOptions['keyring']
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly breakIt?: () => unknown
  readonly mend?: () => unknown
  readonly errorCode: string
  /** What is said by hand, and what unattended, where it differs. */
  readonly says: readonly [byHand: string, unattended?: string]
  readonly hints: readonly [byHand: string, unattended?: string]
}

const states: Record<string, State> = {
  'is locked': {
    keyring: 'locked',
    mend: () => stage.box.unlockKeyring(),
    errorCode: 'KEYRING_LOCKED',
    says: ['Your keyring is locked, and it was not unlocked when asked for\\.', 'Your keyring is locked\\.'],
    hints: [`Log in to your desktop, or unlock it there .* run ca-sync again\\. Over ssh, use \`${exec}\`.*`],
  },
  'has no collection': {
    keyring: 'no-collection',
    mend: () => startKeyring(stage.box),
    errorCode: 'KEYRING_ABSENT',
    says: [
      'The keyring service has no default keyring yet, and none was made when asked for\\.',
      'The keyring service has no default keyring yet\\.',
    ],
    hints: [`.*asks for a new password.*${exec}.*`, 'Run `ca-sync` by hand once in your desktop session.*'],
  },
  'has no service': {
    keyring: 'no-service',
    mend: () => startKeyring(stage.box),
    errorCode: 'KEYRING_ABSENT',
    says: ['No keyring service runs in this session\\.'],
    hints: [`.*${exec}.* install gnome-keyring.*`],
  },
  'has no bus': {
    env: { DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: '/nowhere' },
    errorCode: 'KEYRING_ABSENT',
    says: ['There is no session bus, so no keyring\\.'],
    hints: [`.*${exec}.*`],
  },
  'has a bus that is gone': {
    env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' },
    errorCode: 'KEYRING_ABSENT',
    says: ['The session bus that DBUS_SESSION_BUS_ADDRESS names cannot be reached: No such file or directory\\.'],
    hints: [`A terminal that is older than your login .*: open a new one\\. .*${exec}.*`],
  },
  'is silent': {
    breakIt: () => stage.box.stopKeyring(),
    mend: () => stage.box.continueKeyring(),
    errorCode: 'KEYRING_SILENT',
    says: ['The keyring did not answer within \\d+ s\\.'],
    hints: ['Its service or the session bus hangs: .*`gnome-keyring-daemon --replace`.*'],
  },
}

/** The longest wait that a run says it had, in seconds. */
const longest = (text: string): number =>
  Math.max(0, ...Array.from(text.matchAll(/with?in (\d+) s\./g), ([, seconds]) => Number(seconds)))

test.each(Object.keys(states))(
  'a keyring that %s: no token, nothing written, and all is well once it is mended',
  async (name) => {
    const { keyring, env, breakIt, mend, errorCode, says, hints } = states[name] as State
    stage = await openStage(keyring === undefined ? {} : { keyring })
    await writePoetryFiles(stage)
    const before = await snapshot(stage.config)
    breakIt?.()

    const [{ byHand, unattended }, json, status] = await Promise.all([
      bothManners(stage, env),
      stage.caSync(['--json', '--unattended'], { env: { ...stage.env, ...env } }),
      stage.caSync(['status'], { env: { ...stage.env, ...env } }),
    ])
    expect(byHand).toEqual({ ...refusal(says[0], hints[0]), signal: null })
    expect(unattended).toEqual({ ...refusal(says[1] ?? says[0], hints[1] ?? hints[0]), signal: null })
    expect(longest(byHand.stderr)).toBeLessThanOrEqual(120)
    expect(longest(unattended.stderr)).toBeLessThanOrEqual(20)
    expect(json.code).toBe(5)
    const document = {
      sources: [],
      warnings: [],
      error: { code: errorCode, message: expect.any(String), hint: expect.any(String) },
    }
    expect(JSON.parse(json.stdout)).toEqual({ ...document, fixes: expect.any(Array), schemaVersion: 1 })
    expect(status).toMatchObject({ code: 6, stderr: expect.stringContaining('not synced yet') })
    expect(minted(stage)).toBe(0)
    expect(await snapshot(stage.config)).toEqual(before)

    await mend?.()
    expect(await services(stage)).toEqual([])
    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(minted(stage)).toBe(1)
    expect(await services(stage)).toEqual(ours(stage))
    expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  },
)

test('the bus is found where only its socket is', async () => {
  stage = await openStage()
  const env = { ...stage.env, DBUS_SESSION_BUS_ADDRESS: undefined }
  expect(await stage.caSync(['--unattended'], { env })).toMatchObject({ code: 0, stderr: '' })
  expect(await services(stage)).toEqual(ours(stage))
})

const own = () => `export DBUS_SESSION_BUS_ADDRESS=${stage.env['DBUS_SESSION_BUS_ADDRESS']}`
const nowhere = 'unix:path=/nowhere/bus'

// A shell's variables after a run in one that is well; what status says of it, and to do.
test.each<[string, string | undefined, boolean, string, string | (() => string)]>([
  ['has ended, in a terminal that is older', nowhere, true, `names cannot be reached: ${nowhere}.`, own],
  ['has ended, as over ssh', nowhere, false, `names cannot be reached: ${nowhere}.`, 'open a new one. '],
  ['is switched off', 'disabled:', true, 'is set to disabled:, which switches the session bus off', own],
  ['is none, as over ssh', undefined, false, 'There is no session bus in this shell', 'ca-sync exec -- poetry'],
])('status says of a shell whose bus %s, before a run there, that it is so', async (_, named, hasOther, says, hint) => {
  stage = await openStage()
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  const other = hasOther ? {} : { XDG_RUNTIME_DIR: '/nowhere' }
  const env = { ...stage.env, DBUS_SESSION_BUS_ADDRESS: named, ...other }
  const seen = await stage.caSync(['status'], { env })
  expect(seen).toMatchObject({ code: 6, stderr: expect.stringContaining(says) })
  expect(seen.stderr).toContain(typeof hint === 'string' ? hint : hint())
  if (named !== undefined) expect(seen.stdout).not.toContain('was not given')
  // It is so in this shell only.
  expect(await stage.caSync(['status', '--all'], { env })).toMatchObject({ code: 0, stderr: '' })
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0, stderr: '' })
  expect(await stage.caSync([], { env })).toMatchObject({ code: 5 })
  expect((await stage.caSync(['status'], { env })).stderr).toContain(says)
})
