import { posix } from 'node:path'
import { type Job, jobWords, type Runs, type ScheduleFile } from '../core/ports/schedule.ts'
import { present } from '../core/words/present.ts'
import { escapeXml, unescapeXml } from './xml.ts'

export const label = 'local.ca-sync'
export const plistName = `${label}.plist`

/** Must exist before launchd starts the job. */
export const logFolder = (home: string): string => posix.join(home, 'Library', 'Logs', 'ca-sync')

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value }

function element(value: Value, indent = ''): string {
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
export function launchdFile({ node, program, env, minute, home, watch }: Job): ScheduleFile {
  const log = posix.join(logFolder(home), 'ca-sync.log')
  const agent = present({
    Label: label,
    ProgramArguments: [node, program, ...jobWords],
    EnvironmentVariables: Object.keys(env).length > 0 ? env : undefined,
    StartCalendarInterval: [{ Minute: minute }, { Minute: minute + 30 }],
    RunAtLoad: true,
    LimitLoadToSessionType: 'Aqua',
    ProcessType: 'Background',
    ExitTimeOut: 20,
    WatchPaths: watch === undefined ? undefined : [watch],
    StandardOutPath: log,
    StandardErrorPath: log,
  })
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(agent)}</plist>
`
  return { name: plistName, text }
}

/** What the text of an agent starts. */
export function launchdRuns(plist: string): Runs | undefined {
  const words = /<key>ProgramArguments<\/key>\s*<array>([\s\S]*?)<\/array>/.exec(plist)?.[1] ?? ''
  const [node, program] = [...words.matchAll(/<string>([^<]*)<\/string>/g)].map(([, text = '']) => unescapeXml(text))
  if (node === undefined || program === undefined) return undefined
  const path = /<key>PATH<\/key>\s*<string>([^<]*)<\/string>/.exec(plist)?.[1]
  return { node, program, path: path === undefined ? undefined : unescapeXml(path) }
}
