import { win32 } from 'node:path'
import { type Env, place } from '../core/ports/full-path.ts'
import { system32 } from '../files/places.ts'

export interface Start {
  readonly file: string
  readonly words: readonly string[]
  /** The words are a command line as it stands. */
  readonly verbatim: boolean
}

/** Node starts no batch files (CVE-2024-27980): those go through cmd.exe, with everything it would act upon escaped. */
export function windowsStart(file: string, words: readonly string[], env: Env): Start {
  if (!/\.(bat|cmd)$/i.test(file)) return { file, words, verbatim: false }
  const line = [win32.normalize(file).replaceAll(special, '^$&'), ...words.map(batchWord)].join(' ')
  const shell = place(env, 'ComSpec', 'win32') ?? win32.join(system32(env), 'cmd.exe')
  return { file: shell, words: ['/d', '/s', '/c', `"${line}"`], verbatim: true }
}

const special = /[()\][%!^"`<>&|;, *?]/g

/** Quoted for the program's own parser (CommandLineToArgvW), then escaped for cmd.exe. */
const batchWord = (word: string): string =>
  `"${word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`.replaceAll(special, '^$&')
