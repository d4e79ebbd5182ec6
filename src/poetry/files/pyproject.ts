import { CaSyncError } from '../../core/words/errors.ts'
import { printable, quote } from '../../core/words/quote.ts'
import { decoded } from '../../files/read.ts'
import { readRegular, Unfit } from '../../files/regular.ts'
import { parseToml, type TomlError, tomlWords } from '../../files/toml.ts'

/** Reads and parses a pyproject.toml. Throws CaSyncError PYPROJECT_INVALID. */
export const readPyproject = (path: string) => parsePyproject(pyprojectBytes(path), path)

function pyprojectBytes(path: string): Buffer {
  try {
    return readRegular(path)
  } catch (error) {
    if (error instanceof Unfit) throw invalidPyproject(path, error.message, hintFor(error), error)
    const problem = `cannot be read (${(error as NodeJS.ErrnoException).code})`
    throw invalidPyproject(path, problem, 'Check that it exists and that you may read it.', error)
  }
}

const hintFor = ({ code }: Unfit): string => (code === 'TOO_LARGE' ? 'Make it smaller.' : 'Put a file in its place.')

/** Parses the bytes of a pyproject.toml; a byte order mark is skipped. Throws CaSyncError PYPROJECT_INVALID. */
function parsePyproject(bytes: Buffer, path: string) {
  const whole = decoded(path, bytes, 'PYPROJECT_INVALID')
  const text = whole.replace(/^\ufeff/, '')
  try {
    return { document: parseToml(text) as unknown, isMarked: text !== whole }
  } catch (error) {
    throw notToml(path, error, text)
  }
}

function notToml(path: string, cause: unknown, text: string): CaSyncError {
  const { problem, advice } = tomlWords(cause)
  if (advice !== undefined) return invalidPyproject(path, problem, `${advice}.`, cause)
  const { message, line = 0, col = 0 } = cause as TomlError
  // Its message goes on with lines of the file, and its positions count from 0. On the first line, and only there, @iarna/toml counts columns from 1.
  const where = `line ${line + 1}, column ${line === 0 ? col : col + 1}`
  const what = message
    .replace(/ at row \d+, col \d+, pos \d+:.*$/s, '')
    .replace(
      /^Unknown character "(\d+)"$/,
      (_, code) => `Nothing can begin with ${quote(String.fromCodePoint(Number(code)))} here`,
    )
  const hint = `Correct it at ${where}.${shownLine(text.split('\n')[line] ?? '')}`
  return invalidPyproject(path, `is not valid TOML: ${where}: ${printable(what)}`, hint, cause)
}

/** The line itself, unless it is too long to be read, or may hold a secret. */
function shownLine(line: string): string {
  const text = line.trim()
  return text === '' || text.length > 100 || /pass|secret|token|:\/\/[^/\s]*@/i.test(text)
    ? ''
    : `\n  ${printable(text)}`
}

const invalidPyproject = (path: string, problem: string, hint: string, cause?: unknown): CaSyncError =>
  new CaSyncError('PYPROJECT_INVALID', `${printable(path)} ${problem}.`, { hint, cause })
