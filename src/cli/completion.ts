import type { Argv, CommandModule } from 'yargs'
import type { Host } from '../core/ports/host.ts'
import { shellOf } from '../core/ports/shell.ts'

/** yargs makes a long option of each short one, too: `--C`. */
const isSpelt = (word: string): boolean => !/^--\w(?![\w-])/.test(word)

type Words = (done: (error: Error | null, words: string[] | undefined) => void) => void

/** What a shell's script asks for at each Tab: yargs knows the words, by `$SHELL` with their descriptions. */
const words = (_current: string, _args: unknown, find: Words, done: (words: string[]) => void): void =>
  find((_, found = []) => done(found.filter(isSpelt)))

/** The command is our own: yargs does not find its own beside a default command, so that one has a name that nobody types. */
export const withCompletion = (program: Argv, host: Host): Argv =>
  program.completion('completion-of-yargs', false, words).command(completion(program, host))

const completion = (program: Argv, { env, platform, stdout }: Host): CommandModule => ({
  command: 'completion',
  describe: 'Print the completion script of your shell ($SHELL: bash, zsh or fish)',
  handler: () => {
    if (shellOf(env['SHELL'], platform) === 'fish') stdout(fish)
    else program.showCompletionScript()
  },
})

// yargs' own leaves out the program's name, and so takes the command for it.
const fish = "complete -f -c ca-sync -a '(ca-sync --get-yargs-completions (commandline -opc) (commandline -ct))'\n"
