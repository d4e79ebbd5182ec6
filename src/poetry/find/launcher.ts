/** What a `poetry` program says about its interpreter. `path` is kept as written: resolving a link would leave the venv. */
export type Launcher =
  | (Script & { readonly kind: 'python'; readonly path: string })
  /** To be looked up on PATH (`#!/usr/bin/env python3`). */
  | (Script & { readonly kind: 'env'; readonly program: string })
  /** In the folder where the program really is, links followed (`uv venv --relocatable`). */
  | (Script & { readonly kind: 'beside'; readonly program: string })
  /** A stand-in that picks a version at each start; `program` is the manager as the shim names it. */
  | { readonly kind: 'shim'; readonly manager: Manager; readonly program: string }
  /** What only starting it tells. */
  | { readonly kind: 'unknown' }

interface Script {
  /** Python's options in its first line. */
  readonly flags: readonly string[]
  /** It changes where Python finds packages, so that the interpreter alone may not find Poetry. */
  readonly findsItself: boolean
}

export type Manager = 'pyenv' | 'asdf' | 'mise'

const pythonName = /(?:^|[\\/])(?:python|pypy|graalpy)[\w.+-]*(?:\.exe)?$/i

export const isPython = (path: string): boolean => pythonName.test(path)

/** Reads the interpreter out of the first bytes of a script, or out of a whole Windows launcher. */
export function parseLauncher(content: Buffer): Launcher {
  if (content.subarray(0, 2).toString('latin1') === 'MZ') return parseExe(content)
  const text = content.toString('utf8')
  return parseShim(text) ?? (text.startsWith('#!') ? parseScript(text) : { kind: 'unknown' })
}

/** What Nix's, Guix's and many a hand-made launcher do, and an archive of Python's, whose packages are inside. */
const ownPath = /sys\.path|addsitedir|site-packages|PYTHONPATH|os\.environ|^PK/m

/** `#!python`, or what pip, uv, conda and the official installer write where that line would be too long or has blanks in it. */
function parseScript(text: string): Launcher {
  const [first = '', second = ''] = text.split(/\r?\n/)
  const isLong = second.startsWith("'''exec'")
  const findsItself = ownPath.test(text.slice(first.length + (isLong ? second.length : 0)))
  const beside = /^'''exec' "\$\(dirname -- "\$\(realpath -- "\$0"\)"\)"\/'?([^'\s]+)'? /.exec(second)
  if (beside?.[1]) return { kind: 'beside', program: beside[1], flags: [], findsItself }
  const line = first.slice(2).trim()
  // A path with blanks is no path to Linux, but what old installers of macOS wrote.
  if (isPython(line) && !line.includes(' -')) return { kind: 'python', path: line, flags: [], findsItself }
  const words = isLong ? shebangWords(second).slice(1) : shebangWords(line)
  const script = words.indexOf('$0')
  const [program = '', ...rest] = script > 0 ? words.slice(0, script) : words
  const isEnv = /^\/\S*\/env$/.test(program)
  const [named = '', ...options] = isEnv ? rest.filter((word) => word !== '-S') : [program, ...rest]
  const flags = options.filter((word) => /^-[BbdEIOPqRsSuv]+$/.test(word))
  if (!isPython(named) || flags.length < options.length) return { kind: 'unknown' }
  const how = { flags, findsItself }
  return named.includes('/') ? { kind: 'python', path: named, ...how } : { kind: 'env', program: named, ...how }
}

const pieces = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\]+)|(\s+)/g

/** The words of a line of sh, their quotes undone, up to a comment. */
function shebangWords(line: string): string[] {
  const words: (string | undefined)[] = [undefined]
  for (const [whole, single, double, char, bare, blank] of line.matchAll(pieces)) {
    const last = words.length - 1
    if (blank === undefined && words[last] === undefined && whole.startsWith('#')) break
    if (blank !== undefined) words.push(undefined)
    else words[last] = (words[last] ?? '') + (single ?? double?.replaceAll(/\\([\\"$`])/g, '$1') ?? char ?? bare)
  }
  return words.filter((word) => word !== undefined)
}

/** `exec "…/pyenv" exec "$program"`, `exec asdf exec "poetry"`, and on Windows `call pyenv exec`, `mise x -- poetry`. */
function parseShim(text: string): Launcher | undefined {
  const line =
    /^\s*(?:@?exec|@?call|@)?\s*"?((?:[^"\s]*[\\/])?(pyenv|asdf|mise)(?:\.(?:exe|bat|cmd))?)"?\s+(?:exec|x)\s/m
  const found = line.exec(text)
  return found ? { kind: 'shim', manager: found[2] as Manager, program: found[1] as string } : undefined
}

/** uv's of 2026 has the script in a resource, a zip of one file as it stands. */
const inScript = /__main__\.py#!\s*("?)([^"\r\n]+?\.exe)\1\r?\n/i

/** distlib's launcher (pip, pipx, the official installer): `#!…python.exe`, an empty line or none, then a zip. uv's: path, length, `UVSC`. */
function parseExe(content: Buffer): Launcher {
  const path = uvTail(content) ?? firstLine(content.toString('latin1'))
  const script = { flags: [], findsItself: path === undefined }
  return path ? { kind: 'python', path, ...script } : { kind: 'beside', program: 'python.exe', ...script }
}

function uvTail(content: Buffer): string | undefined {
  const mark = content.subarray(-4).toString('latin1')
  const end = content.length - 8
  if (end <= 0 || (mark !== 'UVSC' && mark !== 'UVPY')) return undefined
  return content.subarray(Math.max(0, end - content.readUInt32LE(end)), end).toString('utf8')
}

function firstLine(text: string): string | undefined {
  const line = /#!\s*("?)([^"\r\n]+?\.exe)\1[^\r\n]*\r?\n(?:\r?\n)?PK/i.exec(text) ?? inScript.exec(text)
  return line?.[2] && Buffer.from(line[2], 'latin1').toString('utf8')
}
