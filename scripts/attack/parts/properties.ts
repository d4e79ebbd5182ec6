import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { cleanEnv } from '../../testbed/clean-env.ts'
import { run } from '../../testbed/run.ts'
import { must } from '../invariant.ts'
import type { Part, Try } from '../part.ts'

const runs = { few: 20, many: 1_000 }

interface Results {
  readonly numPassedTests: number
  readonly testResults: readonly { readonly message: string }[]
}

/** The properties of one test file, on many more examples than in the tests, and on others. */
const holding = (file: string, runs: number): Try => ({
  name: file,
  async run({ box }, random) {
    const dir = await mkdtemp(join(tmpdir(), 'ca-sync-properties-'))
    const results = join(dir, 'results.json')
    const env = { PROPERTY_RUNS: String(runs), PROPERTY_SEED: String(Math.floor(random() * 2 ** 31)) }
    const jest = [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--json',
      `--outputFile=${results}`,
      file,
    ]
    const ended = await run(process.execPath, jest, {
      env: { ...cleanEnv(process.env, box.home, process.execPath), ...env },
      timeoutMs: 170_000,
    })
    const { numPassedTests, testResults } = JSON.parse(await readFile(results, 'utf8')) as Results
    await rm(dir, { recursive: true })
    const found = testResults.map(({ message }) => message).join('\n')
    must(ended.code === 0, `with PROPERTY_RUNS=${env.PROPERTY_RUNS} PROPERTY_SEED=${env.PROPERTY_SEED}:\n${found}`)
    return numPassedTests * runs
  },
})

export const properties: Part = {
  name: 'properties',
  seconds: 40,
  async tries(_, __, few) {
    const files = await readdir('__tests__', { recursive: true })
    return files
      .filter((file) => file.endsWith('.property.test.ts'))
      .map((file) => holding(`__tests__/${file}`, few ? runs.few : runs.many))
  },
}
