import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { openScenes, scenes } from './pictures/scenes.ts'
import { svg } from './pictures/svg.ts'
import { checkout } from './testbed/checkout.ts'

// `scripts/shots status` keeps only pictures of those whose name begins so.
const wanted = process.argv[2] ?? ''
/** What the README's picture shows. */
const telling = ['sync', 'status', 'doctor']

const machine = await openScenes()
try {
  const out = checkout('build/shots')
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  const told: string[] = []
  for (const scene of scenes) {
    await machine.prepare(scene)
    const isWanted = scene.name.startsWith(wanted)
    for (const columns of isWanted ? [60, 80, 120] : [80])
      for (const colour of isWanted ? [true, false] : [true]) {
        const text = `$ ${scene.line}\n${await machine.see(scene, columns, colour)}`
        if (columns === 80 && colour && telling.includes(scene.name)) told.push(text)
        const name = `${scene.name}-${columns}${colour ? '' : '-plain'}.svg`
        if (isWanted) await writeFile(join(out, name), svg(text, columns))
      }
    if (isWanted) process.stdout.write(`build/shots/${scene.name}-*.svg\n`)
  }
  await writeFile(checkout('docs/ca-sync.svg'), svg(told.join('\n'), 80))
} finally {
  await machine.close()
}
