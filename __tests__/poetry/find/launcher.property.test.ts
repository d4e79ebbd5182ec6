import { isPython, parseLauncher } from '../../../src/poetry/find/launcher.ts'
import { anyText, fc } from '../../helpers/property.ts'

const one = fc.constantFrom
const folders = fc
  .string({ unit: one(...'abc XYZ09-_.é中/+@') })
  .map((text) => `/${text.trim()}/bin`.replaceAll(/\/+/g, '/'))
const pythons = one('python', 'python3', 'python3.12', 'pypy3')
const bare = fc
  .tuple(
    folders.filter((folder) => !/\s/.test(folder)),
    pythons,
  )
  .map((parts) => parts.join('/'))
const spaced = fc.tuple(folders, pythons).map((parts) => parts.join('/'))

test('the interpreter is read as it was written, by whoever writes launchers', () => {
  fc.assert(
    fc.property(bare, spaced, one('\n', '\r\n'), anyText(), (plain, any, eol, rest) => {
      const python = (path: string) => ({ kind: 'python', path, flags: [] })
      const body = rest.replaceAll(/pyenv|asdf|mise/g, '')
      const read = (text: string) => parseLauncher(Buffer.from(text))
      expect(read(`#!${plain}${eol}${body}`)).toMatchObject(python(plain))
      expect(read(`#!/bin/sh${eol}'''exec' "${any}" "$0" "$@"${eol}' '''${eol}${body}`)).toMatchObject(python(any))
      expect(read(`#!/usr/bin/env ${plain.split('/').at(-1)}${eol}${body}`)).toMatchObject({ kind: 'env' })
      const exe = `C:${any.replaceAll('/', '\\')}.exe`
      expect(read(`MZ${body.replaceAll('#!', '')}#!"${exe}"\r\nPK${body}`)).toMatchObject(python(exe))
      const length = Buffer.alloc(4)
      length.writeUInt32LE(Buffer.byteLength(exe))
      expect(parseLauncher(Buffer.concat([Buffer.from(`MZ${body}${exe}`), length, Buffer.from('UVSC')]))).toMatchObject(
        python(exe),
      )
    }),
  )
})

test('whatever the bytes of a program are, reading it gives one of its kinds', () => {
  const starts = one(
    '',
    '#!',
    '#!/bin/sh\n',
    "#!/bin/sh\n'''exec' ",
    'MZ',
    'exec "/x/pyenv" exec ',
    '@mise x ',
    '#!/usr/bin/env ',
  )
  const ends = one('', 'UVSC', 'UVPY', '\xff\xff\xff\xffUVSC', '#!a.exe\r\nPK')
  fc.assert(
    fc.property(starts, fc.uint8Array({ maxLength: 200 }), ends, (start, bytes, end) => {
      const found = parseLauncher(Buffer.concat([Buffer.from(start, 'latin1'), bytes, Buffer.from(end, 'latin1')]))
      expect(['python', 'env', 'beside', 'shim', 'unknown']).toContain(found.kind)
      if (found.kind === 'env') expect(isPython(found.program)).toBe(true)
    }),
  )
})
