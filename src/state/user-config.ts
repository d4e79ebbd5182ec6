import { emptyUserConfig, readUserConfig, type UserConfig } from '../core/project/settings.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { readText } from '../files/read.ts'
import { conflictWords, parseToml, type TomlError } from '../files/toml.ts'

/**
 * The user's own ca-sync/config.toml; an absent file has no settings.
 * @throws CaSyncError CONFIG_INVALID naming the file and the line or key
 */
export async function readUserFile(file: string): Promise<UserConfig> {
  const text = await readText(file, 'CONFIG_INVALID')
  return text === undefined ? emptyUserConfig : readUserConfig(parseConfig(text, file), file)
}

function parseConfig(text: string, file: string): unknown {
  try {
    return parseToml(text.replace(/^\ufeff/, ''))
  } catch (error) {
    const { line = 0 } = error as TomlError
    const words = conflictWords(error) ?? {
      problem: `is not valid TOML (line ${line + 1})`,
      advice: `Correct that line of ${file}`,
    }
    throw new CaSyncError('CONFIG_INVALID', `${file} ${words.problem}.`, { hint: `${words.advice}.` })
  }
}
