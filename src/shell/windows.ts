import { win32 } from 'node:path'

/** What the search for a program depends on. */
export interface WindowsSearch {
  /** PATH */
  readonly path: string
  /** PATHEXT; Windows' own list where it is empty. */
  readonly extensions: string
  isFile(path: string): boolean
}

const usualExtensions = '.COM;.EXE;.BAT;.CMD'

/**
 * The file that a command names: a path, or a name to find on PATH, with or without its extension. Unlike Windows itself it does not look
 * into the current folder first: a cloned project may have a `poetry.exe`.
 */
export function findOnWindows(command: string, { path, extensions, isFile }: WindowsSearch): string | undefined {
  const endings = (extensions || usualExtensions).split(';').filter((ending) => ending !== '')
  const hasEnding = endings.some((ending) => command.toLowerCase().endsWith(ending.toLowerCase()))
  const names = [...(hasEnding ? [command] : []), ...endings.map((ending) => command + ending)]
  const folders = /[/\\:]/.test(command) ? [''] : path.split(win32.delimiter).filter((folder) => folder !== '')
  return folders
    .flatMap((folder) => names.map((name) => (folder === '' ? name : win32.join(folder, name))))
    .find(isFile)
}

/** Windows does not mind the case of a variable's name, a copy of its environment does. */
export const windowsVariable = (env: Readonly<Record<string, string | undefined>>, name: string): string =>
  Object.entries(env).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? ''

export interface WindowsStart {
  readonly file: string
  readonly words: readonly string[]
  /** The words are a command line as it stands. */
  readonly verbatim: boolean
}

/** Node starts no batch files (CVE-2024-27980): those go through cmd.exe, with everything it would act upon escaped. */
export function windowsStart(file: string, words: readonly string[], shell: string): WindowsStart {
  if (!/\.(bat|cmd)$/i.test(file)) return { file, words, verbatim: false }
  const line = [win32.normalize(file).replaceAll(special, '^$&'), ...words.map(batchWord)].join(' ')
  return { file: shell, words: ['/d', '/s', '/c', `"${line}"`], verbatim: true }
}

const special = /[()\][%!^"`<>&|;, *?]/g

/** Quoted for the program's own parser (CommandLineToArgvW), then escaped for cmd.exe. */
const batchWord = (word: string): string =>
  `"${word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`.replaceAll(special, '^$&')
