/** No bug: npm may just be replacing the program, or the system lets us open no more files. */
export function isUnloaded(error: unknown): boolean {
  const { code = '', path = '' } = error as NodeJS.ErrnoException
  return code.endsWith('MODULE_NOT_FOUND') || (/^E[MN]FILE$/.test(code) && path.endsWith('js'))
}

/** What to type, by how it was installed: here that cannot be known. */
export const reinstalling =
  'pipx reinstall ca-sync, uv tool install --reinstall ca-sync or npm install --global ca-sync'

export const unloaded = (error: unknown): readonly [message: string, hint: string] => [
  `A part of ca-sync cannot be loaded: ${(error as Error).message.split('\n')[0]}.`,
  `Try again; if it stays so, install it again as you did: ${reinstalling}`,
]
