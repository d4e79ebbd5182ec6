import { chmod, cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach } from '@jest/globals'
import { checkout } from '../../../scripts/testbed/checkout.ts'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { run } from '../../../scripts/testbed/run.ts'

/** The interpreter that the packages of the tests' Poetry are for, without them. */
const bare = '/usr/bin/python3'
const main = 'import sys\nfrom poetry.console.application import main\nsys.exit(main())\n'

export let home: string
let packages: string
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-installs-')))
  await mkdir(join(home, 'project'))
  packages = await sitePackages(dirname(poetry('2.5').bin))
})
afterEach(() => rm(home, { recursive: true }))

export const at = (...path: string[]) => join(home, ...path)

async function sitePackages(venv: string): Promise<string> {
  const [version = ''] = await readdir(join(venv, 'lib'))
  return join(venv, 'lib', version, 'site-packages')
}

async function program(path: string, text: string): Promise<string> {
  await mkdir(dirname(at(path)), { recursive: true })
  await writeFile(at(path), text)
  await chmod(at(path), 0o755)
  return at(path)
}

const emptyVenv = (folder: string) => run(bare, ['-m', 'venv', '--without-pip', at(folder)], { env: process.env })

/** Has a venv find Poetry. */
const furnish = async (folder: string) => writeFile(join(await sitePackages(at(folder)), 'packages.pth'), packages)

/** A venv with Poetry in it, and no launcher. */
async function venv(folder: string): Promise<string> {
  await emptyVenv(folder)
  await furnish(folder)
  return at(folder, 'bin/python')
}

/** The launcher that uv itself writes. */
async function byUv(folder: string, words: readonly string[] = []): Promise<string> {
  const env = { ...process.env, HOME: home, UV_CACHE_DIR: at('uv') }
  const uv = checkout('.cache/tools/bin/uv')
  await run(uv, ['venv', '--quiet', '--python', bare, ...words, at(folder)], { env })
  const wheel = await poetryWheel()
  const python = at(folder, 'bin/python')
  const { code, stderr } = await run(uv, ['pip', 'install', '--offline', '--no-deps', '--python', python, wheel], {
    env,
  })
  if (code !== 0) throw new Error(stderr)
  await furnish(folder)
  return at(folder, 'bin')
}

/** A wheel of nothing but Poetry's entry point, for what installs wheels. */
async function poetryWheel(): Promise<string> {
  const info = at('wheel/poetry-2.5.1.dist-info')
  await mkdir(info, { recursive: true })
  await writeFile(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: poetry\nVersion: 2.5.1\n')
  await writeFile(
    join(info, 'WHEEL'),
    'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  )
  await writeFile(join(info, 'entry_points.txt'), '[console_scripts]\npoetry = poetry.console.application:main\n')
  await writeFile(
    join(info, 'RECORD'),
    ['METADATA', 'WHEEL', 'entry_points.txt', 'RECORD'].map((name) => `${basename(info)}/${name},,\n`).join(''),
  )
  const wheel = at('poetry-2.5.1-py3-none-any.whl')
  await run(bare, ['-m', 'zipfile', '-c', wheel, info], { env: process.env, cwd: at('wheel') })
  return wheel
}

/** The launcher that pip itself writes. */
async function byPip(folder: string): Promise<string> {
  await emptyVenv(folder)
  const pip = [
    '-m',
    'pip',
    '--python',
    at(folder, 'bin/python'),
    'install',
    '--quiet',
    '--no-deps',
    '--no-index',
    await poetryWheel(),
  ]
  const { code, stderr } = await run(checkout('.cache/tools/bin/python'), pip, { env: { ...process.env, HOME: home } })
  if (code !== 0) throw new Error(stderr)
  await furnish(folder)
  return at(folder, 'bin')
}

export type Env = Readonly<Record<string, string>>
const usual = '/usr/bin:/bin'
const onPath = (folder: string): Env => ({ PATH: `${folder}:${usual}` })

const script = (python: string) => `#!${python}\n${main}`
const deep = Array.from({ length: 12 }, () => 'a-rather-long-name').join('/')

/** As the list of the README has them, each with at least one form that it takes. */
export const installs: readonly (readonly [install: string, form: string, arrange: () => Promise<Env>])[] = [
  ['pip', 'a venv', async () => onPath(await byPip('venv'))],
  ['pip', 'a folder with blanks', async () => onPath(await byPip('Application Support/venv'))],
  ['pip', 'a path that is too long for a first line', async () => onPath(await byPip(deep))],
  [
    'pip',
    '`--user`, PYTHONUSERBASE',
    async () => ({ ...onPath(dirname(await userBase('u'))), PYTHONUSERBASE: at('u') }),
  ],
  [
    'pip',
    'PYTHONPATH',
    async () => ({ ...onPath(dirname(await program('bin/poetry', script(bare)))), PYTHONPATH: packages }),
  ],
  ['uv', 'a venv', async () => onPath(await byUv('venv'))],
  ['uv', 'a folder with blanks', async () => onPath(await byUv('a b'))],
  ['uv', 'a folder with a quote and a dollar in its name', async () => onPath(await byUv("it's $HOME"))],
  ['uv', 'a path that is too long for a first line', async () => onPath(await byUv(deep))],
  ['uv', 'a venv that can be moved', async () => onPath(await byUv('moved', ['--relocatable']))],
  [
    'pipx',
    'its link',
    async () => {
      await byPip('Library/Application Support/pipx/venvs/poetry')
      await mkdir(at('.local/bin'), { recursive: true })
      await symlink(at('Library/Application Support/pipx/venvs/poetry/bin/poetry'), at('.local/bin/poetry'))
      return onPath(at('.local/bin'))
    },
  ],
  [
    'conda',
    'a long prefix',
    async () => {
      const python = await venv('con da/envs/x')
      return onPath(
        dirname(await program('con da/envs/x/bin/poetry', `#!/bin/sh\n'''exec' "${python}" "$0" "$@" #'''\n${main}`)),
      )
    },
  ],
  [
    'conda',
    'env python',
    async () => {
      await venv('env')
      return onPath(dirname(await program('env/bin/poetry', `#!/usr/bin/env python\n${main}`)))
    },
  ],
  [
    'Linux distributions',
    'RPM: `-sP`',
    async () => ({ ...onPath(dirname(await program('bin/poetry', script(`${bare} -s`)))), PYTHONPATH: packages }),
  ],
  [
    'Nix',
    'makeWrapper',
    async () =>
      onPath(
        await nix(
          (wrapped) => `#! /bin/bash -e\nexport PATH=/bin\${PATH:+':'}$PATH\nexec -a "$0" "${wrapped}"  "$@"\n`,
        ),
      ),
  ],
  [
    'Nix',
    'makeBinaryWrapper',
    async () => {
      const bin = await nix(() => '')
      const source = `#include <unistd.h>\nint main(int c, char **v) { v[0] = "${at('store/bin/poetry')}"; return execv("${at('store/bin/.poetry-wrapped')}", v); }\n`
      await writeFile(at('wrapper.c'), source)
      await run('cc', ['-o', join(bin, 'poetry'), at('wrapper.c')], { env: process.env })
      return onPath(bin)
    },
  ],
  [
    'Nix',
    '.poetry-wrapped itself',
    async () => ({ PATH: usual, CA_SYNC_POETRY: join(await nix(() => ''), '.poetry-wrapped') }),
  ],
  [
    'Homebrew',
    'its link',
    async () => {
      const python = await venv('Cellar/poetry/2.5.1/libexec')
      await program(
        'Cellar/poetry/2.5.1/bin/poetry',
        `#!/bin/bash\nPYTHONPATH="${at('x')}" exec "${at('Cellar/poetry/2.5.1/libexec/bin/poetry')}" "$@"\n`,
      )
      await program('Cellar/poetry/2.5.1/libexec/bin/poetry', script(python))
      return onPath(at('Cellar/poetry/2.5.1/bin'))
    },
  ],
  [
    'mise, asdf, pyenv',
    'a shim',
    async () => {
      await program('venv/bin/poetry', script(await venv('venv')))
      await program('manager/pyenv', `#!/bin/sh\n[ "$1 $2" = "which poetry" ] && echo "${at('venv/bin/poetry')}"\n`)
      return onPath(
        dirname(
          await program('shims/poetry', `#!/usr/bin/env bash\nexec "${at('manager/pyenv')}" exec "$program" "$@"\n`),
        ),
      )
    },
  ],
  [
    'pixi',
    'a trampoline',
    async () => {
      await program('.pixi/envs/poetry/bin/poetry', script(await venv('.pixi/envs/poetry')))
      await mkdir(at('.pixi/bin/trampoline_configuration'), { recursive: true })
      await cp('/bin/true', at('.pixi/bin/poetry'))
      const told = { exe: at('.pixi/envs/poetry/bin/poetry'), path_diff: at('.pixi/envs/poetry/bin'), env: {} }
      await writeFile(at('.pixi/bin/trampoline_configuration/poetry.json'), JSON.stringify(told))
      return onPath(at('.pixi/bin'))
    },
  ],
  [
    'environment modules',
    'PYTHONPATH, env python3',
    async () => {
      await program('bin/poetry', `#!/usr/bin/env python3\n${main}`)
      return { ...onPath(at('bin')), PYTHONPATH: `relative::${packages}` }
    },
  ],
  ['wrapper scripts', 'exec', async () => wrapper((inner) => `exec ${inner} "$@"`)],
  [
    'wrapper scripts',
    'variables before it',
    async () => wrapper((inner) => `export POETRY_X=1 LANG=C\nA=b exec "${inner}" "$@"`),
  ],
  [
    'wrapper scripts',
    'no exec, words of its own',
    async () => wrapper((inner) => `echo hello\nif true; then\n  "${inner}" --no-ansi "$@"\nfi`),
  ],
  [
    'wrapper scripts',
    'env -i',
    async () => wrapper((inner) => `exec env -i HOME="$HOME" PATH="$PATH" '${inner}' "$@"`),
  ],
  [
    'wrapper scripts',
    'a PYTHONPATH of its own, and -m',
    async () => wrapper(() => `export PYTHONPATH="${packages}"\nexec ${bare} -m poetry "$@"`),
  ],
  [
    'wrapper scripts',
    'a relative path of its own',
    async () => wrapper(() => 'here="$(dirname "$0")"\nexec "$here/../venv/bin/python" -m poetry "$@"'),
  ],
  ['wrapper scripts', 'python -I', async () => wrapper(() => `exec "${at('venv/bin/python')}" -I -m poetry "$@"`)],
  [
    'wrapper scripts',
    'a wrapper of a wrapper',
    async () => {
      const { PATH = '' } = await wrapper((inner) => `exec ${inner} "$@"`)
      return onPath(dirname(await program('outer/poetry', `#!/bin/sh\nexec ${PATH.split(':')[0]}/poetry "$@"\n`)))
    },
  ],
  [
    'zipapps and PEX files',
    'an archive',
    async () => {
      await mkdir(at('app'))
      await writeFile(at('app/__main__.py'), `import sys\nsys.path.insert(0, ${JSON.stringify(packages)})\n${main}`)
      await mkdir(at('bin'))
      await run(bare, ['-m', 'zipapp', at('app'), '-p', bare, '-o', at('bin/poetry')], { env: process.env })
      return onPath(at('bin'))
    },
  ],
]

async function wrapper(lines: (inner: string) => string): Promise<Env> {
  const inner = await program('venv/bin/poetry', script(await venv('venv')))
  return onPath(dirname(await program('bin/poetry', `#!/bin/sh\n# ours\n${lines(inner)}\n`)))
}

async function userBase(folder: string): Promise<string> {
  const [version = ''] = await readdir(join(dirname(poetry('2.5').bin), 'lib'))
  await mkdir(at(folder, 'lib', version, 'site-packages'), { recursive: true })
  await writeFile(at(folder, 'lib', version, 'site-packages/packages.pth'), packages)
  return program(`${folder}/bin/poetry`, script(bare))
}

/** A store of nixpkgs': the program that it wraps makes its own search path. */
async function nix(wrap: (wrapped: string) => string): Promise<string> {
  const add = `functools.reduce(lambda k, p: site.addsitedir(p, k), ['${packages}'], site._init_pathinfo())`
  const wrapped = await program(
    'store/bin/.poetry-wrapped',
    `#!${bare}\nimport sys;import site;import functools;sys.argv[0] = '${at('store/bin/poetry')}';${add};\n${main}`,
  )
  await program('store/bin/poetry', wrap(wrapped))
  return at('store/bin')
}
