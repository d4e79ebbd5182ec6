import type { Job } from '../../src/core/ports/schedule.ts'
import { fc } from '../helpers/property.ts'
import { job } from './jobs.ts'

/** What a path or a variable may hold and still be written into a crontab, a unit or a plist. */
const texts = fc.string({ unit: fc.constantFrom(...`aZ09 %$'"\`!#&;<>()*?[]{}|=:,.~^@é中-_/`), maxLength: 40 })
const paths = texts.map((text) => `/${text}`)

/** Jobs that every scheduler of this family can hold. @see jobEnvironment for what is left out before */
export const jobs: fc.Arbitrary<Job> = fc
  .record({
    node: paths,
    program: paths,
    minute: fc.nat(29),
    watch: fc.option(paths, { nil: undefined }),
    env: fc.record({ PATH: paths, AWS_PROFILE: texts, NO_PROXY: texts }, { requiredKeys: [] }),
  })
  .map(job)
