import type { HandoverSession, PoetryKeyring, PoetryPython } from '../../core/ports/poetry-python.ts'

/**
 * Poetry's keyring, with one start of its Python for all projects of a run: it costs more than all that is asked of it.
 * @param projects - the folders of all of them
 */
export function sharingSessions(keyring: PoetryKeyring, projects: readonly string[]) {
  const sessions = new Map<string, HandoverSession>()

  function open(program: PoetryPython, _: readonly string[], unattended: boolean): HandoverSession {
    const python = JSON.stringify([program.python, program.start])
    const known = sessions.get(python)
    known?.again()
    const session = known ?? keyring.open(program, projects, unattended)
    sessions.set(python, session)
    return {
      ...session,
      async apply(request) {
        try {
          return await session.apply(request)
        } catch (error) {
          // What ended it may have been this project's; a keyring that cannot be used shows at the next start, for all.
          session.close()
          sessions.delete(python)
          throw error
        }
      },
      close: () => undefined,
    }
  }

  const close = (): void => {
    for (const session of sessions.values()) session.close()
  }
  return { keyring: { ...keyring, open }, close }
}
