import { crc32, deflateRawSync, gzipSync } from 'node:zlib'

/** Path inside the archive (at most 100 bytes, the limit of tar), and content. */
export type Entry = readonly [path: string, content: string | Buffer]

// 1980-01-01 00:00, the earliest date a zip can name: the same input always gives the same bytes.
const DOS_DATE = 0x21

/** A zip file with deflated entries (PKWARE APPNOTE 4.3). */
export function zip(entries: readonly Entry[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [path, content] of entries) {
    const name = Buffer.from(path)
    const raw = Buffer.from(content)
    const data = deflateRawSync(raw)
    const common = zipFields(raw, data.length, name.length)
    const body = Buffer.concat([numbers([0x04034b50, 4]), common, name, data])
    // Attributes: regular file, rw-r--r--.
    const attributes = numbers([0, 2], [0, 2], [0, 2], [(0o100644 << 16) >>> 0, 4], [offset, 4])
    directory.push(Buffer.concat([numbers([0x02014b50, 4], [(3 << 8) | 20, 2]), common, attributes, name]))
    bodies.push(body)
    offset += body.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const end = numbers([0x06054b50, 4], [0, 4], [entries.length, 2], [entries.length, 2], [size, 4], [offset, 4], [0, 2])
  return Buffer.concat([...bodies, ...directory, end])
}

/** Version, flags (UTF-8 names), method (deflate), time, date, CRC, sizes, length of the name, length of the extra field. */
const zipFields = (raw: Buffer, packed: number, name: number): Buffer =>
  numbers(
    [20, 2],
    [0x800, 2],
    [8, 2],
    [0, 2],
    [DOS_DATE, 2],
    [crc32(raw), 4],
    [packed, 4],
    [raw.length, 4],
    [name, 2],
    [0, 2],
  )

/** Little-endian numbers of so many bytes each. */
function numbers(...fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  return Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes)
      field.writeUIntLE(value, 0, bytes)
      return field
    }),
  )
}

/** A gzipped tar file (POSIX ustar). */
export function tarGz(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(([path, content]) => {
    const data = Buffer.from(content)
    return [tarHeader(path, data.length), data, Buffer.alloc(-data.length & 511)]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}

function tarHeader(path: string, size: number): Buffer {
  const header = Buffer.alloc(512)
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
  header.write(path, 0, 100)
  header.write(`${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(size, 11)}\0${octal(0, 11)}\0`, 100)
  // The checksum is taken with its own field full of blanks.
  header.write(' '.repeat(8), 148)
  header.write('0ustar\x0000', 156)
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
    148,
  )
  return header
}
