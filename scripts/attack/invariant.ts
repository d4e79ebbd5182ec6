import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from '@iarna/toml'
import { filesHolding, pieces } from '../../__tests__/e2e/files.ts'
import { leftBehind } from '../../__tests__/e2e/processes.ts'
import type { RunResult } from '../testbed/run.ts'
import { type Bench, contentOf, fileNames } from './bench.ts'
import { foreignSecret } from './others.ts'

/** What did not hold. */
class Broken extends Error {}

export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Broken(what)
}

const names = ['dev', 'qa', 'prod']

/**
 * What must hold after whatever was done to ca-sync: nothing goes on, all files parse, what others own is there to the byte, no
 * secret is anywhere, the next run finishes the job, the real Poetry gets a token that lives, and logout leaves nothing.
 * @param said - what the runs of the try printed
 */
export async function expectWell(bench: Bench, said: readonly RunResult[] = []): Promise<void> {
  await expectUnharmed(bench, said)
  await expectState(bench)
  await expectHealing(bench)
  await expectNothingLeft(bench)
}

/** What must hold at any moment. */
export async function expectUnharmed(bench: Bench, said: readonly RunResult[]): Promise<void> {
  const running = await leftBehind(bench.box)
  must(running.length === 0, `still running: ${running.join('; ')}`)
  for (const name of fileNames) await expectFile(bench, name)
  await expectNoSecret(bench, said)
}

/** All lines of its owner are in it, in their order and to the byte, and what Poetry reads parses. */
async function expectFile({ config, others, read }: Bench, name: (typeof fileNames)[number]): Promise<void> {
  const text = await read(join(config, name)).catch(() => '')
  try {
    parse(text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'))
  } catch (error) {
    throw new Broken(`${name} does not parse: ${(error as Error).message}\n${text}`)
  }
  const lines = text.split('\n')
  const lost = (others[name] ?? '').split('\n').filter((line) => {
    const at = lines.indexOf(line)
    if (at !== -1) lines.splice(0, at + 1)
    return at === -1
  })
  must(lost.length === 0, `${name} has lost ${JSON.stringify(lost)} of its owner:\n${text}`)
}

async function expectState({ state, read }: Bench): Promise<void> {
  const text = await read(join(state, 'state.json')).catch(() => '{}')
  try {
    JSON.parse(text)
  } catch {
    throw new Broken(`state.json does not parse: ${text}`)
  }
}

/** Poetry's file of secrets, where its owner's are, and tokens if they are wanted in plain text; and what a killed run leaves beside it. */
const authFile = /\/(?:dotfiles-)?auth\.toml(?:\.ca-sync-[\w-]+)?$/

/** Parts of tokens, and what is somebody else's. */
export const secretsOf = ({ emulator, env }: Bench): string[] => [
  ...emulator.issuedTokens().flatMap(pieces),
  env['AWS_SECRET_ACCESS_KEY'] ?? foreignSecret,
  foreignSecret,
]

async function expectNoSecret(bench: Bench, said: readonly RunResult[]): Promise<void> {
  const secrets = secretsOf(bench)
  const talk = said.map(({ stdout, stderr }) => stdout + stderr)
  must(
    !talk.some((text) => secrets.some((secret) => text.includes(secret))),
    `a secret was printed: ${talk.join('\n')}`,
  )
  const holding = (await filesHolding(bench.box.dir, secrets)).filter((path) => !authFile.test(path))
  const tokens = bench.plain ? [] : await filesHolding(bench.box.dir, secrets.slice(0, -2))
  must(holding.length + tokens.length === 0, `a secret is in ${[...holding, ...tokens].join(', ')}`)
}

/** The next run finishes the job and cleans up. */
export async function expectHealing(bench: Bench): Promise<void> {
  const next = await bench.caSync([])
  expectRun('the next run', next, bench)
  // In the state folder, where no secret is, leftovers wait for the next run that writes.
  const quick = next.stdout.startsWith('Nothing to do')
  if (quick) expectRun('--force', await bench.caSync(['--force']), bench)
  await expectUnharmed(bench, [next])
  const extra = async (folder: string, own: readonly string[]) =>
    (await readdir(folder)).filter((name) => !own.includes(name))
  const found = [...(await extra(bench.config, fileNames)), ...(await extra(bench.state, ['state.json', 'next']))]
  must(found.length === 0, `left lying about: ${found.join(', ')}`)
  await expectPoetryServed(bench)
}

/** It went well, and had nothing to say but that the token is in plain text, where it is. */
export function expectRun(what: string, { code, signal, stdout, stderr }: RunResult, { plain }: Bench): void {
  const quiet = stderr === '' || (plain && !/^(?!warning: The token of .* in plain text)/m.test(stderr.trimEnd()))
  must(code === 0 && quiet, `${what} ended with ${code ?? signal}: ${stdout}${stderr}`)
}

/** The real Poetry finds a token of AWS for each source. */
export async function expectPoetryServed({ oracle, emulator }: Bench): Promise<void> {
  const found = await oracle.credentials(names)
  const tokens = emulator.issuedTokens()
  const bad = names.filter((name) => found[name]?.[0] !== 'aws' || !tokens.includes(found[name]?.[1] ?? ''))
  must(bad.length === 0, `Poetry gets no token for ${bad.join(', ')}: ${JSON.stringify(found)}`)
}

/** Logout leaves nothing but lines without a secret in Poetry's files. */
export async function expectNoSecretLeft(bench: Bench): Promise<void> {
  expectRun('logout', await bench.caSync(['logout', '--all']), bench)
  const services = await bench.oracle.services()
  must(services.length === 0, `left in the keyring: ${services.join(', ')}`)
  const left = await readdir(bench.state).catch(() => [])
  must(left.length === 0, `left in the state folder: ${left.join(', ')}`)
}

/** Logout leaves what was there before, and nothing else. */
export async function expectNothingLeft(bench: Bench): Promise<void> {
  await expectNoSecretLeft(bench)
  for (const name of fileNames) {
    const now = await contentOf(join(bench.config, name))
    must(now === bench.before.get(name), `${name} is not as it was before: ${now} instead of ${bench.before.get(name)}`)
  }
}
