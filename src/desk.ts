import type { Host } from './core/ports/host.ts'
import { stateDir, userConfigFile } from './files/places.ts'
import { createPoetryFiles } from './poetry/poetry.ts'
import { createProjects } from './poetry/projects.ts'
import { type Manner, openRun } from './run.ts'
import { openStore, type StateStore } from './state/store.ts'
import { readUserFile } from './state/user-config.ts'

/** The run, and the parts that look at files: a verb that asks nobody needs no more, and starts sooner for it. */
export type Desk = ReturnType<typeof openDesk>

/**
 * Builds each part when it is first asked for, or so that it costs nothing until then.
 * @param secrets - what `plain`'s output is free of; the run's tokens are added to it
 */
export function openDesk(plain: Host, manner: Manner, secrets: Set<string>) {
  const run = openRun(plain, manner, secrets)
  const { host, warn } = run
  let opened: StateStore | undefined
  return {
    ...run,
    projects: createProjects(host.cwd),
    poetryFiles: createPoetryFiles(host),
    get store() {
      opened ??= openStore(stateDir(host), host.now, ({ code, message }) => {
        // Where all of it is lost, this run has made anew what it was about; doctor tells of it before.
        if (manner.verbose || code !== 'STATE_LOST') warn(`${message} Type ca-sync in your other projects, too.`)
      })
      return opened
    },
    get userConfigFile() {
      return userConfigFile(host)
    },
    /** @throws CaSyncError CONFIG_INVALID */
    userConfig: () => readUserFile(userConfigFile(host)),
  }
}
