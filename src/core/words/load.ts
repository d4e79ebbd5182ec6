const codes = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'EMFILE', 'ENFILE'])

/** No bug: npm may just be replacing the program, or the system lets us open no more files. */
export const isUnloaded = (error: unknown): boolean => codes.has((error as NodeJS.ErrnoException).code ?? '')

/** What happened, and what to type. */
export const unloaded = (error: unknown): readonly [message: string, hint: string] => [
  `A part of ca-sync cannot be loaded: ${(error as Error).message.split('\n')[0]}.`,
  'Try again; if it stays so, install it again: npm install --global ca-sync',
]
