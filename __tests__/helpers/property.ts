import fc from 'fast-check'

/**
 * Properties are tried on the same examples everywhere, so that a failure can be repeated. PROPERTY_RUNS asks for more of them, PROPERTY_SEED for
 * others; fast-check prints the seed of what it found.
 */
const { PROPERTY_RUNS: runs = '200', PROPERTY_SEED: seed = '1' } = process.env

fc.configureGlobal({ numRuns: Number(runs), seed: Number(seed) })

export { fc }
