import process from 'node:process'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'

/** Runs a program of this checkout with the machine's own settings (registries, certificates), and gives what it printed. Throws when it fails. */
export async function must(
  program: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const options = { env: { ...process.env, ...env }, cwd: checkout('.'), timeoutMs: 300_000 }
  const { code, stdout, stderr } = await run(program, words, options)
  if (code !== 0) throw new Error(`${program} ${words.join(' ')}\n${stdout}${stderr}`)
  return stdout
}

/** The file of the machine's own settings of npm: they are beside its own prefix, and another prefix has none. */
export const npmSettings = async (): Promise<string> => (await must('npm', ['config', 'get', 'globalconfig'])).trim()
