import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { openScenes, scenes } from '../../scripts/pictures/scenes.ts'
import { plain } from '../../scripts/pictures/svg.ts'

jest.setTimeout(120_000)

let machine: Awaited<ReturnType<typeof openScenes>>
beforeAll(async () => {
  machine = await openScenes()
})
afterAll(() => machine.close())

const wordsOf = (text: string): string[] => plain(text).split(/\s+/)
/** What differs from one time to the next, and what a cell or a line shows less of. */
const passing = /^\d+$|^(?:h|min|s)\b\W?$|…$|^\S+…\S+$/

/** How a page is laid out without colours, at any width, is told of the functions that do it: columns.test.ts, text-screen.test.ts. */
const terminals = [
  [60, false],
  [60, true],
  [80, true],
  [120, true],
] as const

test.each(scenes)('$name: at 60, 80 and 120 columns no line is wider, and no word is broken', async (scene) => {
  await machine.prepare(scene)
  const whole = new Set(wordsOf(await machine.see(scene, 1000)))
  for (const [columns, colour] of terminals) {
    const text = await machine.see(scene, columns, colour)
    expect(
      plain(text)
        .split('\n')
        .filter((line) => line.length > columns),
    ).toEqual([])
    if (colour) expect(wordsOf(text).filter((word) => !whole.has(word) && !passing.test(word))).toEqual([])
    else expect(text).toBe(plain(text))
  }
})
