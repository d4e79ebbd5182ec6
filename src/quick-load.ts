import { accessSync, constants, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import type { BareHost } from './core/ports/host.ts'
import { EXIT } from './core/words/errors.ts'
import { orElse } from './core/words/or-else.ts'

type Program = typeof import('./cli/program.ts')

interface Kept {
  /** V8's code cache, with all functions that these commands ran. */
  readonly code: Buffer | undefined
  readonly commands: readonly string[]
}

const nothing: Kept = { code: undefined, commands: [] }

/** What is waited for most often; each is kept when it has run to its good end for the first time. */
const usual = ['sync', 'status', 'sources']

/** How many characters at the end of program.cjs tell one from another: the build writes them there. */
const markLength = 16

/** V8 checks its own version and flags, but neither the text, of which it looks at the length alone, nor how its Node was built. No blank is in it. */
function identityOf(file: string, source: string, nodePath: string, build: string): string {
  const [{ mtimeMs: changed }, { size, mtimeMs }] = [statSync(file), statSync(nodePath)]
  return encodeURI([source.slice(-markLength), changed, build, nodePath, size, mtimeMs].join())
}

/** The code is there twice, for V8 crashes on what is damaged, and to compare is much quicker than to sum up; then a line says whose it is. */
function readKept(file: string, identity: string | undefined): Kept {
  const bytes = readFileSync(file)
  const end = bytes.lastIndexOf('\n')
  const [code, again] = [bytes.subarray(0, end / 2), bytes.subarray(end / 2, end)]
  const [of, ...commands] = bytes.toString('utf8', end + 1).split(' ')
  return of === identity && code.equals(again) ? { code, commands } : nothing
}

/** As `require`, but with the code that was kept. */
function evaluated(file: string, source: string, cachedData: Buffer | undefined) {
  const text = `(function(exports,require,module,__filename,__dirname){${source}\n})`
  const script = new Script(text, { filename: file, cachedData })
  const [require, loaded] = [createRequire(file), new Module(file)]
  const real = orElse(() => realpathSync.native(file), file)
  for (const name of [file, real]) require.cache[name] = loaded // for the chunks, which ask for it
  script.runInThisContext()(loaded.exports, require, loaded, file, dirname(file))
  return { script, program: loaded.exports as Program }
}

/**
 * Loads program.cjs, compiled as an earlier run left it beside it in `program.cache`, as Python does with __pycache__. What a command ran is
 * kept for later runs, where the folder is this user's: who can write there could change the program itself.
 * @param build - which Node this is: one file may hold two, for two kinds of processor
 * @throws as `require` does
 */
export function load({ programDir, nodePath, uid, argv }: BareHost, build: string): Program['run'] {
  const [file, cache] = [join(programDir, 'program.cjs'), join(programDir, 'program.cache')]
  const source = readFileSync(file, 'latin1') // the build leaves one byte a character
  const identity = orElse(() => identityOf(file, source, nodePath, build), undefined) // an upgrade may just have removed that Node
  const found = orElse(() => lstatSync(cache, { throwIfNoEntry: false }), undefined)
  const isFit = found === undefined || (found.isFile() && found.uid === statSync(file).uid)
  const kept = isFit ? orElse(() => readKept(cache, identity), nothing) : nothing
  const { script, program } = evaluated(file, source, kept.code)
  const commands = script.cachedDataRejected === false ? kept.commands : []

  async function keep(): Promise<void> {
    const isOurs = uid === undefined || [programDir, file].every((path) => statSync(path).uid === uid)
    if (identity === undefined || !isFit || !isOurs || commands.length === usual.length) return
    const command = await program.commandOf(argv)
    if (command === undefined || !usual.includes(command) || commands.includes(command)) return
    accessSync(programDir, constants.W_OK) // before what takes as long as all of a run
    const [code, line] = [script.createCachedData(), Buffer.from(`\n${[identity, ...commands, command].join(' ')}`)]
    accessSync(file) // an upgrade that has just taken it away finds no folder that was made anew
    await program.writeFile(cache, Buffer.concat([code, code, line]), { mode: 0o644 })
  }

  return async (...given) => {
    const code = await program.run(...given)
    if (code === EXIT.ok || code === EXIT.partial) await keep().catch(() => undefined) // the next run is only slower
    return code
  }
}
