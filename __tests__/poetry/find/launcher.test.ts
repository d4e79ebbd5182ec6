import { reasonOf } from '../../../src/poetry/find/ask.ts'
import { parseLauncher } from '../../../src/poetry/find/launcher.ts'

const plain = { flags: [], findsItself: false }
const python = (path: string, ...flags: string[]) => ({ ...plain, kind: 'python', path, flags })
const env = (program: string, ...flags: string[]) => ({ ...plain, kind: 'env', program, flags })
const beside = (program: string) => ({ ...plain, kind: 'beside', program })
const shim = (manager: string, program: string) => ({ kind: 'shim', manager, program })
const unknown = { kind: 'unknown' }
const unreadable = { ...beside('python.exe'), findsItself: true }
/** What pip, uv, conda write where the first line would not do. */
const launched = (word: string) => `#!/bin/sh\n'''exec' ${word} "$0" "$@"\n' '''\nimport re\n`

const exe = (...parts: (string | Buffer)[]) => Buffer.concat(['MZ\x90 stub\r\n', ...parts].map((p) => Buffer.from(p)))
const uv = (path: string, mark: string) => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(path))
  return exe('PK\x03\x04 zip', path, length, mark)
}

test.each([
  ['pip in a venv', '#!/home/kim/venv/bin/python\nimport re\n', python('/home/kim/venv/bin/python')],
  [
    'pipx',
    '#!/home/kim/.local/share/pipx/venvs/poetry/bin/python3.12\n',
    python('/home/kim/.local/share/pipx/venvs/poetry/bin/python3.12'),
  ],
  ['apt', '#!/usr/bin/python3\n# EASY-INSTALL\n', python('/usr/bin/python3')],
  ['options after it', '#!/usr/bin/python3 -I\n', python('/usr/bin/python3', '-I')],
  ["RPM's", '#!/usr/bin/python3 -sP\n', python('/usr/bin/python3', '-sP')],
  ['options that say more', '#!/usr/bin/python3 -X importtime\n', unknown],
  ['a space after #!', '#! /usr/bin/python3 \r\n', python('/usr/bin/python3')],
  ['no end of line', '#!/usr/bin/python3', python('/usr/bin/python3')],
  [
    'Homebrew',
    '#!/opt/homebrew/Cellar/poetry/2.5.1/libexec/bin/python\n',
    python('/opt/homebrew/Cellar/poetry/2.5.1/libexec/bin/python'),
  ],
  ['PyPy', '#!/opt/pypy/bin/pypy3\n', python('/opt/pypy/bin/pypy3')],
  ['env', '#!/usr/bin/env python3\n', env('python3')],
  ['env -S', '#!/usr/bin/env -S python3 -I\n', env('python3', '-I')],
  ['env -S, a path', '#!/usr/bin/env -S "/opt/a b/bin/python3" -sP\n', python('/opt/a b/bin/python3', '-sP')],
  [
    'spaces (macOS installer)',
    `#!/bin/sh\n'''exec' "/Users/k/Library/Application Support/pypoetry/venv/bin/python" "$0" "$@"\n' '''\n`,
    python('/Users/k/Library/Application Support/pypoetry/venv/bin/python'),
  ],
  ['uv, blanks', launched(`'/opt/a b/bin/python'`), python('/opt/a b/bin/python')],
  ['uv, a quote', launched(`'/opt/it'"'"'s/bin/python'`), python("/opt/it's/bin/python")],
  ['pip, a dollar', launched('"/opt/\\$a \\"b/bin/python"'), python('/opt/$a "b/bin/python')],
  ['by hand', launched('/opt/a\\ b/bin/python3.12 -s'), python('/opt/a b/bin/python3.12', '-s')],
  ['conda', `#!/bin/sh\n'''exec' "/opt/a b/bin/python3.11" "$0" "$@" #'''\n`, python('/opt/a b/bin/python3.11')],
  ['free-threaded', '#!/opt/bin/python3.14t\n', python('/opt/bin/python3.14t')],
  ['long', `#!/bin/sh\n'''exec' /very/long/venv/bin/python3 "$0" "$@"\n' '''\n`, python('/very/long/venv/bin/python3')],
  [
    'relocatable',
    `#!/bin/sh\n'''exec' "$(dirname -- "$(realpath -- "$0")")"/'python3' "$0" "$@"\n' '''\n`,
    beside('python3'),
  ],
  [
    'pyenv',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    '#!/usr/bin/env bash\nset -e\nprogram="${0##*/}"\nexport PYENV_ROOT="/r"\nexec "/home/kim/.pyenv/libexec/pyenv" exec "$program" "$@"\n',
    shim('pyenv', '/home/kim/.pyenv/libexec/pyenv'),
  ],
  [
    'asdf',
    '#!/usr/bin/env bash\n# asdf-plugin: poetry 2.5.1\nexec asdf exec "poetry" "$@" # asdf_allow: \' asdf \'\n',
    shim('asdf', 'asdf'),
  ],
  [
    'old asdf',
    '#!/usr/bin/env bash\nexec /home/kim/.asdf/bin/asdf exec "poetry" "$@"\n',
    shim('asdf', '/home/kim/.asdf/bin/asdf'),
  ],
  ['mise on Windows', '@echo off\r\nsetlocal\r\nmise x -- poetry %*\r\n', shim('mise', 'mise')],
  ['pyenv-win', '@echo off\r\nchcp 1250 > NUL\r\ncall pyenv exec %~n0 %*\r\n', shim('pyenv', 'pyenv')],
  [
    'distlib',
    exe('#!C:\\Users\\kim\\pipx\\venvs\\poetry\\Scripts\\python.exe\r\n', 'PK\x03\x04'),
    python('C:\\Users\\kim\\pipx\\venvs\\poetry\\Scripts\\python.exe'),
  ],
  [
    'distlib, quoted',
    exe('#!"C:\\Program Files\\Py thon\\python.exe"\n\r\n', 'PK\x03\x04'),
    python('C:\\Program Files\\Py thon\\python.exe'),
  ],
  [
    'distlib, UTF-8',
    exe('#!C:\\Users\\Jörg\\venv\\Scripts\\python.exe\n', 'PK\x03\x04'),
    python('C:\\Users\\Jörg\\venv\\Scripts\\python.exe'),
  ],
  [
    'uv',
    uv('C:\\Users\\Jörg\\uv\\tools\\poetry\\Scripts\\python.exe', 'UVSC'),
    python('C:\\Users\\Jörg\\uv\\tools\\poetry\\Scripts\\python.exe'),
  ],
  [
    'uv of 2026',
    exe(
      'UV_SCRIPT_DATA\0PK\x03\x04\x14\0\0\0__main__.py#!C:\\Users\\Jörg\\uv\\tools\\poetry\\Scripts\\python.exe\r\n',
      'import sys\r\nPK\x01\x02',
    ),
    python('C:\\Users\\Jörg\\uv\\tools\\poetry\\Scripts\\python.exe'),
  ],
  [
    'uv of 2026, quoted',
    exe('PK\x03\x04__main__.py#!"C:\\Program Files\\tools\\poetry\\Scripts\\python.exe"\n', 'import sys\n'),
    python('C:\\Program Files\\tools\\poetry\\Scripts\\python.exe'),
  ],
  ['uv, cut off', 'MZUVSC', unreadable],
  ['another launcher', exe('nothing known'), unreadable],
  [
    "Nix's, behind its wrapper",
    "#!/usr/bin/python3.11\nimport sys;import site;site.addsitedir('/venv')\n",
    { ...python('/usr/bin/python3.11'), findsItself: true },
  ],
  ['an archive', '#!/usr/bin/env python3.11\nPK\x03\x04', { ...env('python3.11'), findsItself: true }],
  ["a company's", '#!/bin/sh\nexport A=1\nexec /opt/poetry/bin/poetry "$@"\n', unknown],
  ['a shell script', '#!/bin/sh\nexec something-else "$@"\n', unknown],
  ['env of a shell', '#!/usr/bin/env bash\necho no\n', unknown],
  ['a binary', '\x7fELF\x02', unknown],
  ['empty', '', unknown],
])('%s', (_, content, launcher) => {
  expect(parseLauncher(Buffer.from(content as string))).toEqual(launcher)
})

test.each([
  ['', 'exit code 3'],
  ['\n  pyenv: no such version.\n', 'pyenv: no such version'],
  ['x'.repeat(3_000_000), 'x'.repeat(400)],
])('why a program failed is short: %#', (stderr, reason) => {
  expect(reasonOf({ stderr, code: 3 })).toBe(reason)
})
