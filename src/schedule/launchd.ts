import { posix } from 'node:path'
import { type Job, jobWords, type Runs, type ScheduleFile, wakeWords } from '../core/ports/schedule.ts'
import { present } from '../core/words/present.ts'
import { escapeXml, unescapeXml } from './xml.ts'

const label = 'local.ca-sync'
export const labels = [label, `${label}.login`] as const
export const plistOf = (name: string): string => `${name}.plist`

/** Must exist before launchd starts the job. */
export const logFolder = (home: string): string => posix.join(home, 'Library', 'Logs', 'ca-sync')

type PlistValue = string | number | boolean | readonly PlistValue[] | { readonly [key: string]: PlistValue }

function element(value: PlistValue, indent = ''): string {
  const inner = `${indent}  `
  if (typeof value === 'string') return `${indent}<string>${escapeXml(value)}</string>\n`
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>\n`
  if (typeof value === 'boolean') return `${indent}<${value}/>\n`
  if (Array.isArray(value))
    return `${indent}<array>\n${value.map((one) => element(one, inner)).join('')}${indent}</array>\n`
  const entries = Object.entries(value).map(
    ([key, one]) => `${inner}<key>${escapeXml(key)}</key>\n${element(one, inner)}`,
  )
  return `${indent}<dict>\n${entries.join('')}${indent}</dict>\n`
}

/**
 * The LaunchAgent (launchd.plist(5)). Calendar times, since an interval that passes in sleep is lost; at load, since one that passes
 * while the machine is off is, too; in the Aqua session, since others have no keychain.
 */
export function launchdFiles({ node, program, env, minute, home, watch, loginCache }: Job): readonly ScheduleFile[] {
  const log = posix.join(logFolder(home), 'ca-sync.log')
  const words = [node, program, ...jobWords]
  const agent = (name: string, started: readonly string[], when: object) =>
    present({
      Label: name,
      ProgramArguments: started,
      EnvironmentVariables: Object.keys(env).length > 0 ? env : undefined,
      ...when,
      LimitLoadToSessionType: 'Aqua',
      ProcessType: 'Background',
      ExitTimeOut: 20,
      StandardOutPath: log,
      StandardErrorPath: log,
    })
  const usual = {
    StartCalendarInterval: [{ Minute: minute }, { Minute: minute + 30 }],
    RunAtLoad: true,
    WatchPaths: watch === undefined ? undefined : [watch],
  }
  const atLogin = loginCache === undefined ? [] : [agent(labels[1], wakeWords(words), { WatchPaths: [loginCache] })]
  return [agent(label, words, usual), ...atLogin].map(fileOf)
}

function fileOf(agent: { readonly Label: string; readonly [key: string]: PlistValue }): ScheduleFile {
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(agent)}</plist>
`
  return { name: plistOf(agent.Label), text }
}

export function launchdRuns(plist: string): Runs | undefined {
  const words = /<key>ProgramArguments<\/key>\s*<array>([\s\S]*?)<\/array>/.exec(plist)?.[1] ?? ''
  const [node, program] = [...words.matchAll(/<string>([^<]*)<\/string>/g)].map(([, text = '']) => unescapeXml(text))
  if (node === undefined || program === undefined) return undefined
  const path = /<key>PATH<\/key>\s*<string>([^<]*)<\/string>/.exec(plist)?.[1]
  return { node, program, path: path === undefined ? undefined : unescapeXml(path) }
}
