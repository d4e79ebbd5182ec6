import { existsSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const { platform, env } = process
const has = (program) => env.PATH.split(delimiter).some((folder) => existsSync(join(folder, program)))

// No test is about where it runs, or about the umask of who runs it: a socket's path has 100 characters at most, what is said of a folder with a
// blank in its name has quotes, and what is made has modes.
process.umask(0o022)
if (platform !== 'win32' && !/^[\w/.-]{1,60}$/.test(tmpdir())) env.TMPDIR = '/tmp'

/** What is tested only where the system has what it takes. */
const conditions = {
  // Under wine where scripts/setup.sh could install it. On Windows itself, and on a Mac, they use the user's own keyring, jobs and
  // Poetry's settings, so only CI's machines run them.
  windows: platform === 'win32' ? Boolean(env.CI) : existsSync('.cache/windows/.complete'),
  macos: platform === 'darwin' && Boolean(env.CI),
  systems: platform !== 'linux' && Boolean(env.CI),
  powershell: ['pwsh', 'pwsh.exe', 'powershell.exe'].some(has),
}
const leftOut = Object.keys(conditions).filter((name) => !conditions[name])

export default {
  testEnvironment: 'node',
  // Some tests wait for limits and minutes to pass: the others go on meanwhile.
  maxWorkers: availableParallelism() + 2,
  // What a file has loaded stays in its worker for good, and each promise then costs more: a tenth of the CPU, by the end.
  workerIdleMemoryLimit: '250MB',
  // Not in a folder of temporary files, which may be new each time.
  cacheDirectory: 'node_modules/.cache/jest',
  // A busy machine is slow, and no test is about that.
  testTimeout: 60_000,
  testSequencer: './scripts/longest-first.cjs',
  testMatch: ['**/__tests__/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...leftOut.map((name) => `/__tests__/${name}/`)],
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.(ts|py|bash|zsh|fish|ps1)$': './scripts/jest-esbuild.cjs' },
  moduleFileExtensions: ['ts', 'js', 'cjs', 'mjs', 'json', 'node'],
}
