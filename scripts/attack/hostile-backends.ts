/** Methods of a keyring backend, in Python, that replace those of one that works and keeps all in memory. */
export interface Hostile {
  readonly title: string
  readonly methods: string
}

const at = (title: string, method: string, body: string): Hostile => ({
  title,
  methods: `def ${method}(self, *words):\n    ${body.replaceAll('\n', '\n    ')}`,
})

/** What one method may do. */
const deeds: readonly (readonly [title: string, body: string])[] = [
  ['raises an error', 'raise RuntimeError("no")'],
  ['raises an error that quotes all it was given', 'raise RuntimeError(repr(words))'],
  ['raises an error that quotes a part', 'raise RuntimeError("begins with " + words[-1][:20])'],
  ['raises an error that quotes the end', 'raise RuntimeError("ends with " + words[-1][-20:])'],
  [
    'raises an error in another encoding',
    'import base64; raise RuntimeError(base64.b64encode(repr(words).encode()).decode())',
  ],
  ['raises an error with escapes', 'raise RuntimeError("\\x1b[2J\\u202e\\x07")'],
  ['raises an error of a megabyte', 'raise RuntimeError("x" * 2**20)'],
  ['raises what is no error', 'raise SystemExit(0)'],
  ['is interrupted', 'raise KeyboardInterrupt()'],
  ['calls itself for ever', 'return self.%s(*words)'],
  ['ends', 'import os; os._exit(0)'],
  ['crashes', 'import os, signal; os.kill(os.getpid(), signal.SIGSEGV)'],
  ['aborts', 'import os; os.abort()'],
  ['is killed', 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)'],
  [
    'says a lot',
    'import sys; print("x" * 2**24, flush=True); print("y" * 2**24, file=sys.stderr, flush=True); raise RuntimeError("no")',
  ],
  [
    'says all it was given',
    'import sys; print(*words, flush=True); print(*words, file=sys.stderr, flush=True); raise RuntimeError("no")',
  ],
  [
    'says what looks like an answer',
    'print(\'[{"name": "dev", "problem": null}]\\nnull\\n{"result": []}\', flush=True); raise RuntimeError("no")',
  ],
  ['closes its output', 'import os; os.close(1); raise RuntimeError("no")'],
]

const methods = ['get_password', 'set_password'] as const

/** What hangs takes the whole of the time that a run has for it. */
const hanging: readonly Hostile[] = methods.flatMap((method) => [
  at(`${method} hangs`, method, 'import time; time.sleep(1e6)'),
  at(`${method} stops itself`, method, 'import os, signal; os.kill(os.getpid(), signal.SIGSTOP)'),
])

export const hostileBackends: readonly Hostile[] = [
  ...methods.flatMap((method) =>
    deeds.map(([title, body]) => at(`${method} ${title}`, method, body.replace('%s', method))),
  ),
  ...hanging,
  at('get_password gives another value', 'get_password', 'return "of-another"'),
  at('get_password gives half', 'get_password', 'found = self.kept.get(words)\nreturn found and found[:100]'),
  at('get_password gives bytes', 'get_password', 'found = self.kept.get(words)\nreturn found and found.encode()'),
  at('get_password gives a number', 'get_password', 'return 7'),
  at('set_password forgets', 'set_password', 'pass'),
  at('set_password keeps it under another name', 'set_password', 'self.kept["other", words[1]] = words[2]'),
  at('get_credential raises', 'get_credential', 'raise RuntimeError("no")'),
  at(
    'get_credential gives another user',
    'get_credential',
    'from keyring.credentials import SimpleCredential\nreturn SimpleCredential("root", "toor")',
  ),
  at('delete_password raises', 'delete_password', 'raise RuntimeError("no")'),
  { title: 'its priority raises', methods: '@property\ndef priority(self): raise RuntimeError("no")' },
  { title: 'its import raises', methods: 'raise RuntimeError("no")' },
  { title: 'its import ends', methods: 'import os; os._exit(7)' },
  { title: 'its import says a lot', methods: 'print("x" * 2**24, flush=True)' },
]
