import { sep } from 'node:path'
import { codeOf } from './system-errors.ts'

const refusals = ['EPERM', 'EACCES', 'EBUSY']

/** Milliseconds; 2 s together. */
const waits = [10, 20, 50, 120, 200, 300, 400, 400, 500]

/**
 * Moves or removes a file. Windows refuses that while another program (a virus scanner, an indexer, an editor) has it open, which
 * mostly takes a moment.
 */
export function patiently<T>(act: () => T, isWindows = sep === '\\'): T {
  for (const wait of isWindows ? waits : []) {
    try {
      return act()
    } catch (error) {
      if (!refusals.includes(codeOf(error))) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait)
    }
  }
  return act()
}
