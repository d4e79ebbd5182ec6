import { join } from 'node:path'
import { createAws } from './aws/aws.ts'
import type { Aws } from './core/ports/aws.ts'
import type { Host } from './core/ports/host.ts'
import type { Vault } from './core/ports/keeper.ts'
import type { Variables } from './core/variables/names.ts'
import type { CaSyncError } from './core/words/errors.ts'
import { stateDir, userConfigFile } from './files/places.ts'
import { fileStamp } from './files/stamp.ts'
import { readCooldowns } from './poetry/files/cooldowns.ts'
import { createFinder, createKeyring, createPoetryFiles } from './poetry/poetry.ts'
import { createProjects } from './poetry/projects.ts'
import { limitsOf, type Manner, openRun } from './run.ts'
import { runCommand } from './shell/child.ts'
import { takeHold } from './state/lock.ts'
import { openStore, type StateStore } from './state/store.ts'
import { readUserFile } from './state/user-config.ts'
import { openVault } from './vault/vault.ts'

/** The run, and every part of the program behind its port. What one verb alone needs, that verb imports. */
export type Machine = ReturnType<typeof createMachine>

/**
 * Builds each part when it is first asked for, or so that it costs nothing until then.
 * @param secrets - what `plain`'s output is free of; the run's tokens are added to it
 */
export function createMachine(plain: Host, manner: Manner, secrets: Set<string>) {
  const { wipe, ...run } = openRun(plain, manner, secrets)
  const { host, progress, warn } = run
  const { env, platform, uid, home, pid, nodePath: node, programDir } = host
  const limit = limitsOf(manner)
  const aws = createAws({ env, platform, limitMs: limit.aws, now: host.now })
  const { unattended } = manner
  const vaultLimits = { unattended, limitMs: limit.vaultCall, budgetMs: 2 * limit.vaultCall }
  const vaultThat = (onlyOpen: boolean) =>
    openVault({ node, script: join(programDir, 'vault.cjs'), onlyOpen, env, platform, uid, ...vaultLimits })
  const guarded = vaultThat(true)
  const vault = manner.inPassing ? guarded : vaultThat(false)
  const onWaiting = () => progress('Your desktop asks you to unlock the keyring; waiting for you…')
  const onWait = (holder: number) => progress(`Another ca-sync (process ${holder}) is at work; waiting for it…`)
  const projects = createProjects(host.cwd)
  const poetryFiles = createPoetryFiles({ env, platform, home })
  const store = storeLater(host, ({ code, message }) => {
    // Where all of it is lost, this run has made anew what it was about; doctor tells of it before.
    if (manner.verbose || code !== 'STATE_LOST') warn(`${message} Type ca-sync in your other projects, too.`)
  })
  return {
    ...run,
    projects,
    finder: createFinder({ env, platform, uid, home }),
    keyring: createKeyring({ env, platform, uid, budgetMs: limit.handover, onWaiting }),
    poetryFiles,
    /** What lets new versions wait in a project's tools. @param configDir - Poetry's, where it is known */
    cooldowns: (folder: string, configDir = poetryFiles.configDir()) =>
      readCooldowns(folder, poetryFiles.paths(configDir, folder), host),
    vault: vault as Vault,
    /** The vault, which is asked only while the keyring is open (on Linux; elsewhere that cannot be seen): a locked one removes nothing, and says nothing. */
    unlockedVault: guarded as Vault,
    aws: aws as Aws,
    get store() {
      return store()
    },
    /** @throws CaSyncError BUSY when another run holds it for too long */
    lock: () =>
      takeHold({ dir: stateDir(host), pid, waitMs: limit.lock, onWait, store: store(), onChange: projects.forget }),
    get userConfigFile() {
      return userConfigFile(host)
    },
    /** @throws CaSyncError CONFIG_INVALID */
    userConfig: () => readUserFile(userConfigFile(host)),
    /** By path, by what it is seen that a file has changed. */
    stamps: (files: readonly string[]): Record<string, string> =>
      Object.fromEntries(files.map((file) => [file, fileStamp(file)])),
    /** Runs a program in place of this one, with variables added to its environment. Throws CaSyncError COMMAND_*. */
    run: (words: readonly [string, ...string[]], variables: Variables) => runCommand(words, variables, host),
    scheduling: async () => (await import('./schedule/scheduling.ts')).createScheduling(host),
    startup: async () => (await import('./shell/startup-files.ts')).createStartupFiles(host),
    /** Ends what was started. */
    close() {
      vault.close()
      guarded.close()
      aws.close()
      wipe()
    },
  }
}

function storeLater(host: Host, onLoss: (problem: CaSyncError) => void): () => StateStore {
  let opened: StateStore | undefined
  return () => {
    opened ??= openStore(stateDir(host), host.now, onLoss)
    return opened
  }
}
