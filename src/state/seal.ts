import type { State } from '../core/memory/state.ts'

/** Bytes. A thousand projects of ten sources take four million. */
export const mostBytes = 64 * 1024 * 1024

const sealEnd = '"\n}\n'
const digits = 8

/** Raised when parts of the state get other names, or have to be there: what an older build sealed is then read part by part. */
export const shapeNumber = 2

/** FNV-1a over words of 32 bits, in the loop that costs least before it is compiled: a run with nothing to do pays for it. */
function stampOf(bytes: Buffer): string {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  let hash = (0x811c9dc5 + shapeNumber) ^ bytes.length
  for (let at = 0; at < words.length; at += 1) hash = Math.imul(hash ^ (words[at] ?? 0), 0x01000193)
  return (hash >>> 0).toString(16).padStart(digits, '0')
}

/**
 * A document as JSON that ends in a stamp of itself. Who finds it there knows that nobody else wrote the file: all of it is right.
 * @param document - has keys, none of which is `seal`
 */
export function sealed(document: object): Buffer {
  const text = Buffer.from(`${JSON.stringify(document, null, 1).slice(0, -2)},\n "seal": "`)
  return Buffer.concat([text, Buffer.from(`${stampOf(text)}${sealEnd}`)])
}

/** What a run wrote, which needs no closer look; undefined for what anybody changed, and for another version's. */
export function sealedState(bytes: Buffer): State | undefined {
  if (!isSealed(bytes)) return undefined
  const { seal: _, ...state } = JSON.parse(bytes.toString())
  return state.version === 1 ? state : undefined
}

export function isSealed(bytes: Buffer): boolean {
  const at = bytes.length - digits - sealEnd.length
  return at > 0 && bytes.toString('latin1', at) === `${stampOf(bytes.subarray(0, at))}${sealEnd}`
}
