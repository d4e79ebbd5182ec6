import { isDamaged } from '../../src/core/words/block.ts'
import { withBlock, withoutBlock } from '../../src/shell/startup-files.ts'
import { fc } from '../helpers/property.ts'

/** Files are text with one character a byte. */
const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) })
const lines = fc.oneof(
  fc.constantFrom('', '# mine', '# >>> other >>>', 'echo $& $1 $$', ' # >>> ca-sync hook >>>', '\r'),
  bytes,
)
const files = fc
  .tuple(fc.array(lines), fc.constantFrom('', '\n', '\r\n'))
  .map(([all, end]) => all.join('\n') + end)
  .filter((text) => !/^# (?:>>>|<<<) ca-sync hook/m.test(text))
const bodies = fc.oneof(
  fc.constantFrom('one\n', "echo $& $1 $$ $'\n", 'é 中\n'),
  fc.string().map((text) => `${text.replaceAll('#', '')}\n`),
)

test('the block comes at the end and goes without a trace, twice is once, and its text may change', () => {
  fc.assert(
    fc.property(fc.option(files, { nil: undefined }), bodies, bodies, (file, body, other) => {
      const once = withBlock(file, body)
      expect(once.startsWith(file ?? '')).toBe(true)
      expect(once).toContain(Buffer.from(body).toString('latin1'))
      expect(isDamaged(once, 'hook')).toBe(false)
      expect(withBlock(once, body)).toBe(once)
      expect(withBlock(withBlock(once, other), body)).toBe(once)
      expect(withoutBlock(once)).toBe(file)
      expect(withoutBlock(withBlock(once, other))).toBe(file)
    }),
  )
})

test('what is written around the block later stays to the byte', () => {
  fc.assert(
    fc.property(files, files, bodies, (above, below, body) => {
      const ended = above === '' || above.endsWith('\n') ? above : `${above}\n`
      const file = withBlock(above, body) + below
      expect(withoutBlock(file)).toBe(below === '' ? above : ended + below)
      expect(withBlock(file, 'new\n').endsWith(below)).toBe(true)
      expect(withBlock(file, 'new\n').startsWith(ended)).toBe(true)
    }),
  )
})
