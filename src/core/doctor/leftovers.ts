import { type Check, warning } from '../check.ts'

/** A file in which another tool left a CodeArtifact token in plain text. */
export interface Leftover {
  readonly file: string
  /** The key that holds it, as in `global.index-url`; for .pypirc the section. */
  readonly key: string
  readonly tool: 'pip' | 'twine'
}

/** What `aws codeartifact login` left: it expires within 12 hours, and everybody who reads the file has it until then. */
export const leftoverCheck = ({ file, key, tool }: Leftover): Check =>
  tool === 'pip'
    ? warning('leftover', `${file} holds a CodeArtifact token in plain text (${key}).`, `pip config unset ${key}`)
    : warning(
        'leftover',
        `${file} holds a CodeArtifact token in plain text ([${key}]).`,
        `Delete the password of [${key}] from ${file}.`,
      )

const url = /^\s*([\w-]+)\s*[=:].*:\/\/[^\s/@]+:[^\s/@]+@([^\s/]+)/

/** CodeArtifact URLs with a token in them, of a pip.conf. @param isCodeArtifact - of a host */
export const inPipConfig = (file: string, text: string, isCodeArtifact: (host: string) => boolean): Leftover[] =>
  sections(text).flatMap(({ name, lines }) =>
    lines.flatMap((line) => {
      const [, key, host = ''] = url.exec(line) ?? []
      return key !== undefined && isCodeArtifact(host) ? [{ file, key: `${name}.${key}`, tool: 'pip' as const }] : []
    }),
  )

/** Sections of a .pypirc that have a CodeArtifact repository and a password. @param isCodeArtifact - of a host */
export const inPypirc = (file: string, text: string, isCodeArtifact: (host: string) => boolean): Leftover[] =>
  sections(text).flatMap(({ name, lines }) => {
    const host = lines
      .map((line) => /^repository\s*[=:]\s*\w+:\/\/([^\s/]+)/.exec(line)?.[1])
      .find((one) => one !== undefined)
    const isKept = lines.some((line) => /^password\s*[=:]\s*\S/.test(line))
    return host !== undefined && isKept && isCodeArtifact(host) ? [{ file, key: name, tool: 'twine' as const }] : []
  })

/** The sections of an INI file, as Python's configparser splits them. */
function sections(text: string): { readonly name: string; readonly lines: readonly string[] }[] {
  const [, ...parts] = text.split(/^\[([^\]\n]+)\]/m)
  return parts.flatMap((name, index) =>
    index % 2 === 0 ? [{ name, lines: (parts[index + 1] ?? '').split('\n') }] : [],
  )
}
