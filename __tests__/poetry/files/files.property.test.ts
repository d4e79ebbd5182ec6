import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { describeFile, parsePoetryFile } from '../../../src/poetry/files/files.ts'
import { readPyproject } from '../../../src/poetry/files/pyproject.ts'
import { shadows } from '../../../src/poetry/files/settings.ts'
import { readUserFile } from '../../../src/state/user-config.ts'
import { anyText, fc } from '../../helpers/property.ts'
import { tomlTexts } from '../../helpers/toml.ts'

const dir = mkdtempSync(join(tmpdir(), 'ca-sync-files-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** What a disk, an editor or a person may leave of a file. */
const contents = fc.oneof(
  tomlTexts.map((text) => Buffer.from(text)),
  tomlTexts.map((text) => Buffer.from(`\ufeff${text}`)),
  tomlTexts.map((text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
  fc.tuple(tomlTexts, fc.nat()).map(([text, at]) => Buffer.from(text).subarray(0, at % (text.length + 1))),
  fc.nat(3_000).map((depth) => Buffer.from(`a = ${'['.repeat(depth)}`)),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  anyText().map((text) => Buffer.from(text)),
)
const source = { name: 'dev', url: 'https://h/pypi/dev/', store: 'keyring' } as const

test('whatever is in the files that we read, it is understood or one error names the file', () =>
  fc.assert(
    fc.asyncProperty(contents, async (bytes) => {
      const file = join(dir, 'some.toml')
      writeFileSync(file, bytes)
      const readers = {
        PYPROJECT_INVALID: () => readPyproject(file),
        // Reading it would wait for whoever is writing it.
        POETRY_FILE_INVALID: () => shadows(source, [describeFile(file, parsePoetryFile(file, bytes.toString()))], {}),
        CONFIG_INVALID: () => readUserFile(file),
      }
      for (const [code, read] of Object.entries(readers))
        try {
          expect(await read()).toBeDefined()
        } catch (error) {
          expect(error).toBeInstanceOf(CaSyncError)
          expect(error).toMatchObject({
            code,
            message: expect.stringContaining(file),
            hint: expect.stringMatching(/./),
          })
        }
    }),
  ))
