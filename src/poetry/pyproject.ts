import { readFileSync, statSync } from 'node:fs'
import { CaSyncError } from '../core/errors.ts'
import { printable } from '../core/quote.ts'
import { parseToml, type TomlError } from '../files/toml.ts'

/** Bytes. Real files have a few thousand; parsing a stranger's gigabyte would take minutes. */
const largest = 1024 * 1024

/** Reads and parses a pyproject.toml. Throws CaSyncError PYPROJECT_INVALID. */
export const readPyproject = (path: string): unknown => parsePyproject(readBytes(path), path)

function readBytes(path: string): Uint8Array {
  try {
    const found = statSync(path)
    // Opening a pipe would wait for its writer.
    if (!found.isFile())
      throw invalid(path, `is ${found.isDirectory() ? 'a folder' : 'not a file'}`, 'Put a file in its place.')
    if (found.size > largest)
      throw invalid(path, `has ${found.size} bytes; more than ${largest} are not read`, 'Make it smaller.')
    return readFileSync(path)
  } catch (error) {
    if (error instanceof CaSyncError) throw error
    throw invalid(
      path,
      `cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'Check that it exists and that you may read it.',
      error,
    )
  }
}

/** Parses the bytes of a pyproject.toml; a byte order mark is skipped. Throws CaSyncError PYPROJECT_INVALID. */
function parsePyproject(bytes: Uint8Array, path: string): unknown {
  const text = decoded(bytes, path)
  try {
    return parseToml(text)
  } catch (error) {
    throw notToml(path, error)
  }
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw invalid(path, 'is not UTF-8 text', 'Save it again as UTF-8.', error)
  }
}

function notToml(path: string, cause: unknown): CaSyncError {
  const { message, line = 0, col = 0 } = cause as TomlError
  // Its message goes on with lines of the file, and its positions count from 0. On the first line, and only there, @iarna/toml counts columns from 1.
  const where = `line ${line + 1}, column ${line === 0 ? col : col + 1}`
  const what = message.replace(/ at row \d+, col \d+, pos \d+:.*$/s, '')
  return invalid(path, `is not valid TOML: ${where}: ${printable(what)}`, `Correct it at ${where}.`, cause)
}

const invalid = (path: string, problem: string, hint: string, cause?: unknown): CaSyncError =>
  new CaSyncError('PYPROJECT_INVALID', `${printable(path)} ${problem}.`, hint, cause)
