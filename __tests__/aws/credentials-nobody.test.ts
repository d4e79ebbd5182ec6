import { writeFileSync } from 'node:fs'
import { credentialError } from '../../src/aws/errors/errors.ts'
import { readFiles } from '../../src/aws/profiles.ts'
import { aws, byDefault, emulator, environment, keys, profile, refusal, tidy } from './lab.ts'

afterEach(tidy)

test.each<[Record<string, string>, string]>([
  [{}, 'they are'],
  [{ AWS_ACCESS_KEY_ID: 'AKIA' }, 'AWS_SECRET_ACCESS_KEY is'],
  [{ AWS_SECRET_ACCESS_KEY: 'x' }, 'AWS_ACCESS_KEY_ID is'],
])('synced with keys of the environment, and now there is %j', async (set, missing) => {
  environment(set, { '.aws/config': '[profile dev]\nregion = x\n' })
  expect(await refusal(aws().account({ base: { kind: 'environment' } }, 'us-east-1'))).toMatchObject({
    code: 'AWS_NO_CREDENTIALS',
    message: `This was synced with AWS keys of the environment, and ${missing} not set here.`,
    hint: 'Type: ca-sync --profile dev\nor set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again.',
  })
})

test.each<[string, Record<string, string>, RegExp]>([
  ['no file', {}, /^Make a profile: aws configure sso\nthen type: ca-sync --profile NAME$/],
  ['one profile', { '.aws/config': '[profile dev]\nregion = x\n' }, /^Type: ca-sync --profile dev$/],
  ['one that looks like an option', { '.aws/config': '[profile -n]\nregion = x\n' }, /^Type: ca-sync --profile=-n$/],
  [
    'two, of which one looks like an option',
    { '.aws/config': '[profile dev]\nregion = x\n[profile --x]\nregion = x\n' },
    /^Type: ca-sync --profile=NAME\nYour profiles: dev, --x\.$/,
  ],
  [
    'two, and one that is tried anyway',
    { '.aws/config': '[default]\nregion = x\n[profile dev]\nregion = x\n[profile "a b"]\nregion = x\n' },
    /^Type: ca-sync --profile NAME\nYour profiles: dev, 'a b'\.$/,
  ],
  [
    'very many',
    { '.aws/config': Array.from({ length: 60 }, (_, at) => `[profile p${at}]\nregion = x\n`).join('') },
    /^Type: ca-sync --profile NAME\nYour profiles: p0, .*, p9, and 50 more \(aws configure list-profiles\)\.$/,
  ],
])('nobody is logged in: %s', async (_, files, hint) => {
  environment({}, files)
  expect(await refusal(aws().account(byDefault, 'us-east-1'))).toMatchObject({
    code: 'AWS_NO_CREDENTIALS',
    message: expect.stringMatching(/^No AWS credentials were found/),
    hint: expect.stringMatching(hint),
  })
})

const written = `[profile dev]\naws_access_key_id = ${keys.id}\naws_secret_access_key = ${keys.secret}\n`

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of a shell
test.each(['~/own', '$HOME/own', '${HOME}/own', '${AWS_HERE}/own', '~/$AWS_NAME'])(
  'AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are %s, as botocore takes them',
  async (path) => {
    const { env } = await emulator()
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) {
      const text = name === 'AWS_CONFIG_FILE' ? written : written.replace('profile ', '')
      const around = environment({ ...env, AWS_ACCESS_KEY_ID: '', AWS_NAME: 'own' }, { own: text })
      Object.assign(around, { [name]: path, AWS_HERE: around['HOME'] })
      expect(await aws().account(profile('dev'), 'us-east-1')).toBe('564131876131')
    }
  },
)

test.each([
  ['little-endian', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['without a mark', (text: string) => Buffer.from(text, 'utf16le')],
  ['big-endian', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
])('a config file that is UTF-16, %s', async (_, encode) => {
  const around = environment({}, { own: '' })
  const own = `${around['HOME']}/own`
  around['AWS_CONFIG_FILE'] = own
  writeFileSync(own, encode(written))
  for (const identity of [profile('dev'), byDefault])
    expect(await refusal(aws().account(identity, 'us-east-1'))).toMatchObject({
      message: expect.stringMatching(/found, and .*own \(UTF-16 text\) cannot be read\.$/),
      hint: 'Save it as UTF-8 (in an editor, or with Set-Content -Encoding utf8).',
    })
})

test.each([403, 404, 405])(
  'nobody is logged in, where a metadata service, or who stands before it, says %i',
  async (statusCode) => {
    const around = environment({}, { '.aws/config': '[profile dev]\nregion = x\n' })
    const failure = Object.assign(new Error('topsecret'), { name: 'ProviderError', statusCode })
    const about = { identity: byDefault, profile: 'default', region: 'us-east-1', seen: {}, limitMs: 1, now: Date.now }
    expect(credentialError(failure, { ...about, files: await readFiles(around) })).toMatchObject({
      code: 'AWS_NO_CREDENTIALS',
      message: 'No AWS credentials were found.',
      hint: `Type: ca-sync --profile dev\nOn an EC2 instance, give it a role: its metadata service answered with HTTP ${statusCode}.`,
    })
  },
)
