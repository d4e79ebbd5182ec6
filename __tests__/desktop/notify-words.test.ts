import { expect, test } from '@jest/globals'
import { notifier } from '../../src/desktop/notify.ts'

const text = `-x "$(id)" 'a' <b>&`

test('Linux: words, as markup', () => {
  expect(notifier(text, 'linux', {})).toEqual({
    command: 'notify-send',
    args: ['--app-name=ca-sync', '--', 'ca-sync', `-x "$(id)" 'a' &lt;b&gt;&amp;`],
    env: {},
  })
})

test('macOS: words of a script that is always the same', () => {
  expect(notifier(text, 'darwin', {})).toEqual({
    command: 'osascript',
    args: [
      ...['-e', 'on run argv'],
      ...['-e', 'display notification (item 2 of argv) with title (item 1 of argv)'],
      ...['-e', 'end run'],
      ...['ca-sync', text],
    ],
    env: {},
  })
})

test('Windows: a variable for a script that is always the same', () => {
  const { command, args, env } = notifier(text, 'win32', { SystemRoot: 'D:\\Win' })
  expect(command).toBe('D:\\Win\\System32\\WindowsPowerShell\\v1.0\\powershell.exe')
  expect(args.slice(0, 3)).toEqual(['-NoProfile', '-NonInteractive', '-Command'])
  expect(args[3]).toContain('CreateTextNode($env:CA_SYNC_TEXT)')
  expect(args[3]).not.toContain('"')
  expect(notifier('other', 'win32', { SystemRoot: 'D:\\Win' }).args).toEqual(args)
  expect(env).toEqual({ CA_SYNC_TEXT: text })
})
