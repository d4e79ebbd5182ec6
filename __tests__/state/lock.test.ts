import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { temporaryOf } from '../../src/files/atomic.ts'
import { acquireLock } from '../../src/state/lock.ts'
import { leftoverOf } from '../helpers/leftover.ts'
import { oddPlaces } from '../helpers/odd-places.ts'
import { until } from '../helpers/until.ts'

let dir: string
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'ca-sync-lock-')), 'state')
})
afterEach(() => rm(join(dir, '..'), { recursive: true }))

const take = (more = {}) => acquireLock({ dir, pid: process.pid, waitMs: 0, ...more })
const content = () => readFile(join(dir, 'lock'), 'utf8')
const hold = async (text: string) => {
  ;(await take()).release()
  await writeFile(join(dir, 'lock'), text)
}

/** The pid of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn('true')
  await once(child, 'exit')
  return child.pid ?? 0
}

test('is taken and given back, with nothing left', async () => {
  const { release } = await take()
  expect(await content()).toMatch(`${process.pid} `)
  release()
  release()
  expect(await readdir(dir)).toEqual([])
})

test('is refused while another run has it, naming it', async () => {
  const { release } = await take()
  await expect(take()).rejects.toMatchObject({
    code: 'BUSY',
    message: expect.stringContaining(`process ${process.pid}`),
  })
  release()
  ;(await take()).release()
})

test('is waited for', async () => {
  const { release } = await take()
  const told: number[] = []
  const onWait = (pid: number) => {
    told.push(pid)
    release()
  }
  ;(await take({ waitMs: 30_000, onWait })).release()
  expect(told).toEqual([process.pid])
})

test('is never given back by another than its holder', async () => {
  const { release } = await take()
  await writeFile(join(dir, 'lock'), '1 0')
  release()
  expect(await content()).toBe('1 0')
})

describe('who waits is let first', () => {
  const wanted = (isWanted: () => boolean) => until(isWanted, { everyMs: 10 })

  test('and its turn comes before the holder goes on', async () => {
    const hold = await take()
    const log: string[] = []
    const waiting = take({ waitMs: 30_000 }).then(async ({ release }) => {
      log.push('who waits has it')
      await setTimeout(200)
      log.push('who waits is done')
      release()
    })
    await wanted(hold.isWanted)
    await hold.giveWay()
    log.push('the holder goes on')
    await waiting
    expect(log).toEqual(['who waits has it', 'who waits is done', 'the holder goes on'])
    await expect(take()).rejects.toMatchObject({ code: 'BUSY' })
    hold.release()
    expect(await readdir(dir)).toEqual([])
  })

  test('one after another, if there are several', async () => {
    const hold = await take()
    const served: number[] = []
    const waiting = [1, 2, 3].map(async (one) => {
      const { release } = await take({ waitMs: 30_000 })
      served.push(one)
      release()
    })
    while (served.length < 3) {
      await wanted(hold.isWanted)
      await hold.giveWay()
    }
    await Promise.all(waiting)
    hold.release()
    expect(await readdir(dir)).toEqual([])
  })

  test('but not who only came to see', async () => {
    const hold = await take()
    await expect(take()).rejects.toMatchObject({ code: 'BUSY' })
    expect(hold.isWanted()).toBe(false)
    await hold.giveWay()
    expect(await content()).toMatch(`${process.pid} `)
  })

  test('but not who was killed meanwhile', async () => {
    const hold = await take()
    await writeFile(join(dir, 'lock.wanted'), `${await deadPid()} 1`)
    expect(hold.isWanted()).toBe(false)
    expect(await readdir(dir)).toEqual(['lock'])
  })

  test('and who never comes for it is not waited for again', async () => {
    const hold = await take()
    await writeFile(join(dir, 'lock.wanted'), await content())
    expect(hold.isWanted()).toBe(true)
    await hold.giveWay()
    expect(hold.isWanted()).toBe(false)
    expect(await content()).toMatch(`${process.pid} `)
  })
})

describe('a dead holder is replaced at once', () => {
  test('whose process has ended', async () => {
    await hold(`${await deadPid()} 1`)
    ;(await take()).release()
  })

  test.each([
    ['whose number another process has by now', `${process.pid} 1`],
    ['of which nothing was written', ''],
    ['of which nonsense was written', 'x y'],
    ['of a negative number', '-1 '],
  ])('%s', async (_, text) => {
    await hold(text)
    ;(await take()).release()
    expect(await readdir(dir)).toEqual([])
  })

  test('also when one died while replacing another', async () => {
    const dead = `${await deadPid()} 1`
    await hold(dead)
    await writeFile(join(dir, 'lock.breaking'), dead)
    ;(await take({ waitMs: 30_000 })).release()
    expect(await readdir(dir)).toEqual([])
  })
})

describe('what holds nothing goes', () => {
  test.each(
    ['lock', 'lock.breaking', 'lock.wanted'].flatMap((name) => Object.keys(oddPlaces).map((kind) => [kind, name])),
  )('%s in place of %s', async (kind, name) => {
    await mkdir(dir, { recursive: true })
    await oddPlaces[kind]?.(join(dir, name))
    ;(await take()).release()
    expect(await readdir(dir)).toEqual([])
  })

  test('but for a folder that is not empty: that is named', async () => {
    await mkdir(join(dir, 'lock/deep'), { recursive: true })
    await expect(take()).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: `Cannot write ${join(dir, 'lock')}: a folder of that name is in the way.`,
    })
    expect(await readdir(dir)).toEqual(['lock'])
  })

  test('as what killed runs left while they took it', async () => {
    await mkdir(dir, { recursive: true })
    for (let one = 0; one < 3; one += 1) await writeFile(leftoverOf(join(dir, 'lock')), '')
    const living = temporaryOf(join(dir, 'lock'))
    await writeFile(living, 'x')
    ;(await take()).release()
    expect(await readdir(dir)).toEqual([basename(living)])
  })
})

test.each([0o000, 0o022, 0o077, 0o777])(
  'whatever the umask is (%o), another run can read who holds it',
  async (mask) => {
    const before = process.umask(mask)
    try {
      const { release } = await take()
      expect([(await stat(dir)).mode & 0o777, (await stat(join(dir, 'lock'))).mode & 0o777]).toEqual([0o700, 0o644])
      release()
    } finally {
      process.umask(before)
    }
  },
)
