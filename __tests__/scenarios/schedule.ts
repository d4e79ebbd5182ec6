import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { documentOf, eachOn, type OpenStage } from './stage.ts'

/** It keeps the user's table in a file beside it. */
const crontab = `#!/bin/sh
table="$0.table"
case $1 in
-l) exec 3<"$table" || exit 1; while IFS= read -r line <&3; do printf '%s\\n' "$line"; done ;;
-r) : >"$table" ;;
*) while IFS= read -r line; do printf '%s\\n' "$line"; done >"$table" ;;
esac
`

export const scheduleScenarios = (open: OpenStage): void =>
  describe('schedule', () => {
    const stage = eachOn(open)
    const schedule = (...words: string[]) => stage().caSync(['schedule', ...words])

    test.each([
      ['systemd', ['ca-sync.service', 'ca-sync.timer']],
      ['cron', ['crontab']],
      ['launchd', ['local.ca-sync.plist']],
      ['windows', ['ca-sync.xml']],
    ])('--print shows the files for %s', async (using, files) => {
      const { code, stdout, stderr } = await schedule('install', '--using', using, '--print')
      expect(code).toBe(0)
      expect(stdout.match(/^# [\w.-]+$/gm)).toEqual(files.map((name) => `# ${name}`))
      expect(stdout).not.toContain(stage().env['AWS_SECRET_ACCESS_KEY'])
      expect(stderr).not.toContain('CA_SYNC_AT')
    })

    test('install, status, uninstall: the rest of the table stays', async () => {
      const bin = join(stage().home, 'cron-bin')
      await mkdir(bin)
      await writeFile(join(bin, 'crontab'), crontab)
      await chmod(join(bin, 'crontab'), 0o755)
      const mine = '0 1 * * * /bin/mine\n'
      await writeFile(join(bin, 'crontab.table'), mine)
      const env = { ...stage().env, PATH: `${bin}:${stage().env['PATH']}:${dirname('/bin/sh')}` }
      const cron = (action: string) => stage().caSync(['schedule', action, '--using', 'cron', '--json'], { env })
      expect(await cron('install')).toMatchObject({ code: 0 })
      const table = await stage().read(join(bin, 'crontab.table'))
      expect(table.startsWith(mine)).toBe(true)
      expect(table).toMatch(/--all '?--unattended'? '?--quiet/)
      expect(documentOf(await cron('status')).schedule).toMatchObject({ using: 'cron' })
      await writeFile(join(bin, 'crontab'), crontab.replace('*) while', '*) exit 1; while'))
      expect(await cron('uninstall')).toMatchObject({ code: 3 })
      expect(await stage().read(join(stage().state, 'job'))).toMatch(/^cron\n/)
      await writeFile(join(bin, 'crontab'), crontab)
      expect(await cron('uninstall')).toMatchObject({ code: 0 })
      expect(await stage().read(join(bin, 'crontab.table'))).toBe(mine)
    })

    test('an unknown scheduler is a mistake', async () => {
      expect(await schedule('install', '--using', 'at')).toMatchObject({ code: 2, stdout: '' })
    })
  })
