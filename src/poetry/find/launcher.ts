/** What a `poetry` program says about its interpreter. `path` is kept as written: resolving a link would leave the venv. */
export type Launcher =
  | { readonly kind: 'python'; readonly path: string }
  /** To be looked up on PATH (`#!/usr/bin/env python3`). */
  | { readonly kind: 'env'; readonly program: string }
  /** In the folder where the program really is, links followed (`uv venv --relocatable`). */
  | { readonly kind: 'beside'; readonly program: string }
  /** A stand-in that picks a version at each start; `program` is the manager as the shim names it. */
  | { readonly kind: 'shim'; readonly manager: Manager; readonly program: string }
  | { readonly kind: 'unknown' }

export type Manager = 'pyenv' | 'asdf' | 'mise'

const pythonName = /(?:^|[\\/])(?:python|pypy)[\d.]*w?(?:\.exe)?$/i

/** Whether a path is an interpreter rather than a script, by its name. */
export const isPython = (path: string): boolean => pythonName.test(path)

/** Reads the interpreter out of the first bytes of a script, or out of a whole Windows launcher. */
export function parseLauncher(content: Buffer): Launcher {
  if (content.subarray(0, 2).toString('latin1') === 'MZ') return parseExe(content)
  const text = content.toString('utf8')
  return parseShim(text) ?? (text.startsWith('#!') ? parseScript(text) : { kind: 'unknown' })
}

/** `#!python`, or what pip, uv and the official installer write where that line would be too long or has spaces in it. */
function parseScript(text: string): Launcher {
  const [first = '', second = ''] = text.split(/\r?\n/)
  const beside = /^'''exec' "\$\(dirname -- "\$\(realpath -- "\$0"\)"\)"\/'?([^'\s]+)'? /.exec(second)
  if (beside?.[1]) return { kind: 'beside', program: beside[1] }
  const long = /^'''exec' (?:"([^"]+)"|(\S+)) "\$0"/.exec(second)
  if (long) return { kind: 'python', path: (long[1] ?? long[2]) as string }
  const line = first.slice(2).trim()
  const env = /^\S*\/env\s+(?:-S\s+)?(\S+)/.exec(line)
  if (env?.[1]) return isPython(env[1]) ? { kind: 'env', program: env[1] } : { kind: 'unknown' }
  const path = isPython(line) ? line : (line.split(/\s+/)[0] as string)
  return isPython(path) ? { kind: 'python', path } : { kind: 'unknown' }
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
  const mark = content.subarray(-4).toString('latin1')
  const end = content.length - 8
  if (end > 0 && (mark === 'UVSC' || mark === 'UVPY')) {
    const start = Math.max(0, end - content.readUInt32LE(end))
    return { kind: 'python', path: content.subarray(start, end).toString('utf8') }
  }
  const text = content.toString('latin1')
  const line = /#!\s*("?)([^"\r\n]+?\.exe)\1[^\r\n]*\r?\n(?:\r?\n)?PK/i.exec(text) ?? inScript.exec(text)
  if (!line?.[2]) return { kind: 'beside', program: 'python.exe' }
  return { kind: 'python', path: Buffer.from(line[2], 'latin1').toString('utf8') }
}
