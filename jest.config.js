export default {
  testEnvironment: 'node',
  // Most tests wait for other programs: by default jest leaves a core idle, one of two on small machines.
  maxWorkers: '100%',
  testMatch: ['**/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.(ts|py|bash|zsh|fish|ps1)$': './scripts/jest-esbuild.cjs' },
  moduleFileExtensions: ['ts', 'js', 'cjs', 'mjs', 'json', 'node'],
}
