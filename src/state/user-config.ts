import { emptyUserConfig, readUserConfig, type UserConfig } from '../core/project/settings.ts'
import { lineOfKeys } from '../core/toml/scan.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { readText } from '../files/read.ts'
import { parseToml, tomlWords } from '../files/toml.ts'

/**
 * The user's own ca-sync/config.toml; an absent file has no settings.
 * @throws CaSyncError CONFIG_INVALID naming the file and the line or key
 */
export async function readUserFile(file: string): Promise<UserConfig> {
  const text = await readText(file, 'CONFIG_INVALID')
  if (text === undefined) return emptyUserConfig
  const bare = text.replace(/^\ufeff/, '')
  return readUserConfig(parseConfig(bare, file), file, (keys) => lineOfKeys(bare, keys))
}

function parseConfig(text: string, file: string): unknown {
  try {
    return parseToml(text)
  } catch (error) {
    const { problem, advice = `Correct that line of ${file}` } = tomlWords(error)
    throw new CaSyncError('CONFIG_INVALID', `${file} ${problem}.`, { hint: `${advice}.` })
  }
}
