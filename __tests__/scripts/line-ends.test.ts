import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../../scripts/testbed/checkout.ts'

test('a checkout with the settings of Git for Windows has the line ends of everywhere else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ca-sync-crlf-'))
  try {
    const words = ['-c', 'core.autocrlf=true', 'checkout-index', '--all', `--prefix=${folder}/`]
    execFileSync('git', words, { cwd: checkout(), env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null' } })
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    expect(files.length).toBeGreaterThan(100)
    const changed = files.filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes('\r\n'))
    expect(changed.map(({ name }) => name)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
