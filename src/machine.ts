import { join } from 'node:path'
import { createAws } from './aws/aws.ts'
import type { Aws } from './core/ports/aws.ts'
import type { Host } from './core/ports/host.ts'
import type { Vault } from './core/ports/keeper.ts'
import type { Variables } from './core/variables/names.ts'
import { openDesk } from './desk.ts'
import { stateDir } from './files/places.ts'
import { fileStamp } from './files/stamp.ts'
import { readCooldowns } from './poetry/files/cooldowns.ts'
import { createFinder, createKeyring } from './poetry/program.ts'
import { limitsOf, type Manner } from './run.ts'
import { runCommand } from './shell/child.ts'
import { takeHold } from './state/lock.ts'
import { openVault } from './vault/vault.ts'

/** The run, and every part of the program behind its port. What one verb alone needs, that verb imports. */
export type Machine = ReturnType<typeof createMachine>

/**
 * Builds each part when it is first asked for, or so that it costs nothing until then.
 * @param secrets - what `plain`'s output is free of; the run's tokens are added to it
 */
export function createMachine(plain: Host, manner: Manner, secrets: Set<string>) {
  const desk = openDesk(plain, manner, secrets)
  const { host, progress, projects, poetryFiles, close } = desk
  const { env, platform, uid, home, pid, nodePath: node, programDir, early } = host
  const limit = limitsOf(manner)
  const aws = createAws({ env, platform, limitMs: limit.aws, now: host.now })
  const { unattended } = manner
  const vaultThat = (onlyOpen: boolean) =>
    openVault({ node, script: join(programDir, 'vault.cjs'), onlyOpen, env, platform, uid, unattended, ...limit.vault })
  const guarded = vaultThat(true)
  const vault = manner.inPassing ? guarded : vaultThat(false)
  const onWaiting = () => progress('Your desktop asks you to unlock the keyring; waiting for you…')
  const onWait = (holder: number) => progress(`Another ca-sync (process ${holder}) is at work; waiting for it…`)
  return Object.assign(desk, {
    finder: createFinder({ env, platform, uid, home }),
    keyring: createKeyring({ env, platform, uid, early, budgetMs: limit.handover, onWaiting }),
    /** What lets new versions wait in a project's tools. @param configDir - Poetry's, where it is known */
    cooldowns: (folder: string, configDir = poetryFiles.configDir()) =>
      readCooldowns(folder, poetryFiles.paths(configDir, folder), host),
    vault: vault as Vault,
    /** The vault, which is asked only while the keyring is open (on Linux; elsewhere that cannot be seen): a locked one removes nothing, and says nothing. */
    unlockedVault: guarded as Vault,
    aws: aws as Aws,
    /** @throws CaSyncError BUSY when another run holds it for too long */
    lock: () =>
      takeHold({ dir: stateDir(host), pid, waitMs: limit.lock, onWait, store: desk.store, onChange: projects.forget }),
    /** By path, by what it is seen that a file has changed. */
    stamps: (files: readonly string[]): Record<string, string> =>
      Object.fromEntries(files.map((file) => [file, fileStamp(file)])),
    /** Runs a program in place of this one, with variables added to its environment. Throws CaSyncError COMMAND_*. */
    run: (words: readonly [string, ...string[]], variables: Variables) => runCommand(words, variables, host),
    close() {
      vault.close()
      guarded.close()
      aws.close()
      close()
    },
  })
}
