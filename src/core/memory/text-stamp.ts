/** FNV-1a, 32 bits: loading node:crypto would cost a nothing-to-do run more than all the rest. */
export function textStamp(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16)
}
