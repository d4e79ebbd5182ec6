import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { startEmulator } from './emulator/emulator.ts'
import { exampleProject } from './example-project.ts'
import { openBox } from './testbed/box.ts'
import { checkout } from './testbed/checkout.ts'
import { poetry } from './testbed/poetry.ts'
import { makeProject } from './testbed/project.ts'
import { run } from './testbed/run.ts'
import { seenOnTerminal } from './testbed/terminal.ts'

const colours: Record<string, string> = { 31: '#d4453b', 32: '#3a9d4b', 33: '#b58900', 36: '#1f8ea3' }

// What sets a colour: ESC [ … m.
const sgr = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`)

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** One line of a terminal as spans of one look each. */
function spans(line: string): string {
  let style = ''
  const parts = line.split(sgr)
  return parts
    .map((part, at) => {
      if (at % 2 === 0) return part === '' ? '' : `<tspan${style}>${escaped(part)}</tspan>`
      const code = part === '' ? '0' : part
      if (colours[code]) style = ` fill="${colours[code]}"`
      else if (code === '1') style = ' font-weight="bold"'
      else if (code === '2') style = ' fill="#888"'
      else style = ''
      return ''
    })
    .join('')
}

const [cell, row] = [8.4, 18]

/** What a terminal shows, as a picture. */
function svg(text: string, columns: number): string {
  const lines = text.replace(/\n$/, '').split('\n')
  const [width, height] = [columns * cell + 24, lines.length * row + 24]
  const texts = lines.map((line, at) => `<text x="12" y="${at * row + 26}" xml:space="preserve">${spans(line)}</text>`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans Mono, Menlo, monospace" font-size="14">`,
    '<title>ca-sync on a terminal</title>',
    '<rect width="100%" height="100%" rx="6" fill="#fdfdf8"/><g fill="#333">',
    ...texts,
    '</g></svg>\n',
  ].join('\n')
}

const box = await openBox()
const emulator = await startEmulator()
try {
  const project = await makeProject(box, 'my-app', exampleProject({ url: emulator.repositoryUrl('my-domain', 'dev') }))
  await mkdir(join(box.dir, 'bin'))
  await symlink(checkout('dist/main.cjs'), join(box.dir, 'bin/ca-sync'))
  const PATH = [join(box.dir, 'bin'), poetry('2.5').bin, box.env['PATH']].join(delimiter)
  const env = { ...box.env, ...emulator.env, PATH, SHELL: '/bin/bash' }
  const out = checkout('build/shots')
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })

  const shots: Record<
    string,
    { readonly line: string; readonly env?: Record<string, string>; readonly before?: string }
  > = {
    help: { line: 'ca-sync --help' },
    'help-env': { line: 'ca-sync env --help' },
    'status-unsynced': { line: 'ca-sync status' },
    'doctor-unsynced': { line: 'ca-sync doctor' },
    sync: { line: 'ca-sync --force' },
    again: { line: 'ca-sync' },
    status: { line: 'ca-sync status' },
    sources: { line: 'ca-sync sources' },
    'doctor-warned': { line: 'ca-sync doctor' },
    doctor: { line: 'ca-sync doctor', before: 'ca-sync hook install' },
    'doctor-verbose': { line: 'ca-sync doctor -v' },
    'doctor-broken': { line: 'ca-sync doctor', env: { POETRY_HTTP_BASIC_DEV_PASSWORD: 'x' } },
    typo: { line: 'ca-sync stauts' },
    error: { line: 'ca-sync', env: { AWS_PROFILE: 'dev-ssso', AWS_ACCESS_KEY_ID: '' } },
    'no-poetry': { line: 'ca-sync --force', env: { PATH: `${join(box.dir, 'bin')}:/usr/local/bin:/usr/bin:/bin` } },
  }
  /** What the README's picture shows, as it was typed and printed. */
  const told: string[] = []
  for (const [name, { line, env: more = {}, before }] of Object.entries(shots)) {
    if (before !== undefined) await run('sh', ['-c', before], { env, cwd: project })
    for (const columns of [60, 80, 120])
      for (const colour of [true, false]) {
        const around = { ...env, ...more, ...(colour ? {} : { NO_COLOR: '1' }) }
        const { text } = await seenOnTerminal(['sh', '-c', line], { env: around, cwd: project, columns })
        if (columns === 80 && colour && ['sync', 'status', 'doctor'].includes(name)) told.push(`$ ${line}\n${text}`)
        const file = `${name}-${columns}${colour ? '' : '-plain'}`
        await writeFile(join(out, `${file}.svg`), svg(`$ ${line}\n${text}`, columns))
        const wide = text.split('\n').filter(
          (one) =>
            one
              .split(sgr)
              .filter((_, at) => at % 2 === 0)
              .join('').length > columns,
        )
        for (const one of wide) process.stdout.write(`${file}: wider than the terminal: ${one}\n`)
      }
    process.stdout.write(`build/shots/${name}-*.svg\n`)
  }
  await writeFile(checkout('docs/ca-sync.svg'), svg(told.join('\n'), 80))
} finally {
  await emulator.close()
  await box.close()
}
