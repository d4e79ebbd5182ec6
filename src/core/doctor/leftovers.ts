import { readSections } from '../profiles/ini.ts'
import { type Check, warning } from './check.ts'

/** A file in which another tool left a CodeArtifact token in plain text. */
export interface Leftover {
  readonly file: string
  /** The key that holds it, as in `global.index-url`; for .pypirc the section. */
  readonly key: string
  readonly tool: 'pip' | 'twine'
  /** The key holds something else, too. */
  readonly isShared: boolean
}

/** What `aws codeartifact login` left: it expires within 12 hours, and everybody who reads the file has it until then. */
export function leftoverCheck({ file, key, tool, isShared }: Leftover): Check {
  const where = tool === 'pip' ? key : `[${key}]`
  const what = `${file} holds a CodeArtifact token in plain text (${where}).`
  if (tool === 'twine') return warning('leftover', what, `Delete the password of [${key}] from ${file}.`)
  return warning('leftover', what, isShared ? `Delete that URL of ${key} from ${file}.` : `pip config unset ${key}`)
}

type IsHost = (host: string) => boolean

const withToken = /:\/\/[^\s/@]+:[^\s/@]+@([^\s/]+)/

/** CodeArtifact URLs with a token in them, of a pip.conf. @param isCodeArtifact - of a host */
export const inPipConfig = (file: string, text: string, isCodeArtifact: IsHost): Leftover[] =>
  [...readSections(text)].flatMap(([name, values]) =>
    Object.entries(values).flatMap(([key, value]) => {
      const urls = value.split(/\s+/).filter((word) => word !== '')
      const isOurs = (url: string) => isCodeArtifact(withToken.exec(url)?.[1] ?? '')
      if (!urls.some(isOurs)) return []
      return [{ file, key: `${name}.${key}`, tool: 'pip' as const, isShared: !urls.every(isOurs) }]
    }),
  )

/** Sections of a .pypirc that have a CodeArtifact repository and a password. @param isCodeArtifact - of a host */
export const inPypirc = (file: string, text: string, isCodeArtifact: IsHost): Leftover[] =>
  [...readSections(text)].flatMap(([name, values]) => {
    const [, host = ''] = /^\w+:\/\/([^\s/]+)/.exec(values['repository'] ?? '') ?? []
    if (!values['password'] || !isCodeArtifact(host)) return []
    return [{ file, key: name, tool: 'twine' as const, isShared: false }]
  })
