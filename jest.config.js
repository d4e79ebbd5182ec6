import { existsSync } from 'node:fs'

// The tests on Windows run under wine where scripts/setup.sh could install it. On Windows itself they use the user's own Credential
// Manager and Poetry's settings, so only CI's machines run them.
const { platform, env } = process
const isWindowsReady = platform === 'win32' ? Boolean(env.CI) : existsSync('.cache/windows/.complete')

export default {
  testEnvironment: 'node',
  // Most tests wait for other programs: by default jest leaves a core idle, one of two on small machines.
  maxWorkers: '100%',
  testMatch: ['**/__tests__/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(isWindowsReady ? [] : ['/__tests__/windows/'])],
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.(ts|py|bash|zsh|fish|ps1)$': './scripts/jest-esbuild.cjs' },
  moduleFileExtensions: ['ts', 'js', 'cjs', 'mjs', 'json', 'node'],
}
