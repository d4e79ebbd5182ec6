import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { checkout } from '../testbed/checkout.ts'
import { poetry } from '../testbed/poetry.ts'
import { run } from '../testbed/run.ts'
import { type Command, type Cost, cost } from './cost.ts'
import { type Ground, type Lab, openLab, owner, program, region } from './lab.ts'

/** One that is measured. What it needs is made once; each round is one call. */
export interface Contender {
  /** In the words of the chart. */
  readonly name: string
  /** Labs of the same ground are one. */
  readonly ground: Ground
  readonly ready: (lab: Lab) => Promise<() => Promise<Cost>>
}

const at = ({ cwd, env }: Lab, words: readonly string[]): Command => ({ words, cwd, env })

/** ca-sync with some words. */
export const caSync = (words: string, ground: Ground): Contender => ({
  name: `ca-sync ${words}`.trim(),
  ground,
  ready: async (lab) => () => cost(at(lab, [...program, ...words.split(' ').filter(Boolean)])),
})

/** ca-sync where all tokens are due. */
export const renewal = (ground: Ground, words = ''): Contender => ({
  ...caSync(words, ground),
  name: 'ca-sync',
  ready: async (lab) => async () => {
    await lab.makeDue()
    return cost(at(lab, [...program, ...words.split(' ').filter(Boolean)]))
  },
})

/** ca-sync where it never ran, or was logged out. */
export const firstSync = (ground: Ground, words = ''): Contender => ({
  ...caSync(words, ground),
  name: 'ca-sync, the first time',
  ready: async (lab) => async () => {
    await cost(at(lab, [...program, 'logout', '--all', '--quiet']))
    return cost(at(lab, [...program, ...words.split(' ').filter(Boolean)]))
  },
})

/** A bare start of Node. */
export const bareNode = (ground: Ground): Contender => ({
  name: 'node -e 0',
  ground,
  ready: async (lab) => () => cost(at(lab, [process.execPath, '-e', '0'])),
})

/** One Tab in bash, which has read the completion script. */
export const tab = (words: readonly string[], ground: Ground): Contender => ({
  name: `a Tab after ca-sync ${words.join(' ')}`,
  ground,
  ready: async (lab) => {
    const bin = join(lab.box.dir, 'bin')
    const script = join(lab.box.dir, 'completion.bash')
    const { stdout } = await run(program[0] ?? '', [...program.slice(1), 'completion', 'bash'], { env: lab.env })
    await mkdir(bin, { recursive: true })
    await writeFile(script, stdout)
    await writeFile(join(bin, 'ca-sync'), `#!/bin/sh\nexec ${program.join(' ')} "$@"\n`, { mode: 0o755 })
    const typed = words.map((word) => `'${word}'`).join(' ')
    const text = `. ${script}; COMP_WORDS=(ca-sync ${typed}); COMP_CWORD=${words.length}; _ca_sync; [ \${#COMPREPLY[@]} != 0 ]`
    const env = { ...lab.env, PATH: `${bin}:${lab.env['PATH']}` }
    return () => cost({ cwd: lab.cwd, env, words: ['bash', '--norc', '-c', text] })
  },
})

/** A program of the venv that scripts/setup.sh made of what people use today. */
const peer = (name: string): string => checkout('.cache/peers/bin', name)

/** A peer, on a machine of its own: what it writes to the keyring is not in ca-sync's way. */
const byPeer = (name: string, ground: Ground, script: (lab: Lab) => string): Contender => ({
  name,
  ground: { ...ground, isNew: true },
  ready: async (lab) => () => cost(at(lab, ['sh', '-euc', script(lab)])),
})

const hostOf = (domain: string): string => `${domain}-${owner}.d.codeartifact.${region}.amazonaws.com`

const forDomain = (domain: string): string => `--domain ${domain} --domain-owner ${owner} --region ${region}`

export const awsLogin = (ground: Ground): Contender =>
  byPeer('aws codeartifact login --tool twine', ground, ({ sources }) =>
    sources
      .map(
        ({ name, domain }) =>
          `${peer('aws')} codeartifact login --tool twine --repository ${name} ${forDomain(domain)}`,
      )
      .join('\n'),
  )

export const keyrings = (ground: Ground): Contender =>
  byPeer('keyrings.codeartifact', ground, ({ sources }) =>
    sources
      .map(({ name, domain }) => `${peer('keyring')} get https://${hostOf(domain)}/pypi/${name}/simple/ aws`)
      .join('\n'),
  )

export const shellLoop = (ground: Ground): Contender =>
  byPeer('shell: aws and poetry config', ground, ({ sources }) =>
    sources
      .map(({ name, domain }) => {
        const { program: poetryProgram } = poetry('2.5')
        const ask = `${peer('aws')} codeartifact get-authorization-token ${forDomain(domain)} --query authorizationToken --output text`
        return `token=$(${ask})
${poetryProgram} config repositories.${name} https://${hostOf(domain)}/pypi/${name}/
${poetryProgram} config http-basic.${name} aws "$token"`
      })
      .join('\n'),
  )

const oneEntry = `import keyring
keyring.set_password("ca-sync-bench", "aws", "x" * 1600)
assert keyring.get_password("ca-sync-bench", "aws")`

/** The least that an entry in Poetry's keyring costs. */
export const barePython = (ground: Ground): Contender => ({
  name: "Poetry's Python, one entry",
  ground,
  ready: async (lab) => () => cost(at(lab, [poetry('2.5').python, '-c', oneEntry])),
})

/** Opens labs, each ground once; closes them all. */
export function labs() {
  const open = new Map<string, Promise<Lab>>()
  return {
    lab(ground: Ground): Promise<Lab> {
      const key = JSON.stringify(ground)
      const found = open.get(key) ?? openLab(ground)
      open.set(key, found)
      return found
    },
    async close(): Promise<void> {
      for (const { box, emulator } of await Promise.all(open.values())) {
        await emulator.close()
        await box.close()
      }
    },
  }
}
