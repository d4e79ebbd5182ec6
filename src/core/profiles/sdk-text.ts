import { type AwsFiles, isUnreadable } from './profiles.ts'

/**
 * A config file that says to Node's SDK what AWS's files say to the AWS CLI: its own parser knows no name with a blank, a quote or a letter beyond
 * ASCII, except in the form `[profile.NAME]`, in which it keeps such sections itself (@smithy/core 3.41, parseIni and getConfigData).
 */
export function sdkText({ profiles, sessions, services }: AwsFiles): string {
  const kinds = [
    ['profile', profiles],
    ['sso-session', sessions],
    ['services', services],
  ] as const
  return kinds
    .flatMap(([kind, sections]) =>
      [...sections].flatMap(([name, settings]) =>
        isUnreadable(name) ? [] : [`[${kind}.${name}]`, ...Object.entries(settings).flatMap(linesOf)],
      ),
    )
    .join('\n')
}

/** One line; a value of several lines is settings below a setting. */
function linesOf([key, value]: [string, string]): string[] {
  const [first = '', ...nested] = value.split('\n')
  const shown = key === 'credential_process' ? withoutComments(first) : first
  return [`${key} = ${shown}`, ...(first === '' ? nested.filter(Boolean).map((line) => `  ${line}`) : [])]
}

/** For sh, `"a #b"` and `"a ""#b"` are one word; the SDK would cut the first at its mark. */
const withoutComments = (command: string): string =>
  command.replaceAll(/"[^"]*"|'[^']*'/g, (quoted) => quoted.replaceAll(/\s(?=[;#])/g, `$&${quoted[0]?.repeat(2)}`))
