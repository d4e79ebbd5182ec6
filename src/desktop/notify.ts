import type { Env } from '../core/ports/full-path.ts'
import { windowsPowerShell } from '../files/places.ts'
import type { Around } from '../programs/environment.ts'
import { runHelper } from '../programs/start.ts'

const title = 'ca-sync'

// The body may hold markup (Desktop Notifications Specification): a text is to be shown as it is.
const asMarkup = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

// Options end at the first word that is none: the title.
const appleScript = [
  'on run argv',
  'display notification (item 2 of argv) with title (item 1 of argv)',
  'end run',
].flatMap((line) => ['-e', line])

// Windows shows toasts only of programs that it knows: this is the id of PowerShell itself. No double quotes: they would need escaping.
const toast = `$ErrorActionPreference = 'Stop'
$manager = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$toast = $manager::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)
$lines = $toast.GetElementsByTagName('text')
[void]$lines.Item(0).AppendChild($toast.CreateTextNode('${title}'))
[void]$lines.Item(1).AppendChild($toast.CreateTextNode($env:CA_SYNC_TEXT))
$program = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
$manager::CreateToastNotifier($program).Show([Windows.UI.Notifications.ToastNotification]::new($toast))`

const powershell = ['-NoProfile', '-NonInteractive', '-Command', toast]

/** What the system has to show a notification with: libnotify's notify-send, for one. The text is an argument or a variable, never part of a script. */
export function notifier(text: string, platform: NodeJS.Platform, env: Env) {
  if (platform === 'win32') return { command: windowsPowerShell(env), args: powershell, env: { CA_SYNC_TEXT: text } }
  if (platform === 'darwin') return { command: 'osascript', args: [...appleScript, title, text], env: {} }
  return { command: 'notify-send', args: [`--app-name=${title}`, '--', title, asMarkup(text)], env: {} }
}

const limitMs = 5_000

/**
 * Shows a desktop notification with what the system has. Ends within 5 s, and not before the program that shows it: a job's
 * leftovers are killed.
 * @returns why it could not be shown; undefined when it was
 */
export async function notify(text: string, around: Around): Promise<string | undefined> {
  const { command, args, env: variables } = notifier(text, around.platform, around.env)
  const { code, stderr, isLate } = await runHelper([command, ...args], around, { limitMs, variables })
  if (code === 0) return undefined
  if (isLate) return `no end within ${limitMs / 1000} s`
  return (
    stderr.trim() || (code === undefined ? `there is no program ${command}` : `${command} failed (exit code ${code})`)
  )
}
