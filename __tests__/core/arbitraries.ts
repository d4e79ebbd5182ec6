import { rules } from '../../src/core/project/fields.ts'
import { partitions } from '../../src/core/repository/region.ts'
import type { Repository } from '../../src/core/repository/source.ts'
import { fc } from '../helpers/property.ts'

const regions = partitions.flatMap((partition) => partition.regions)
/** Newer than the list: only their partition's pattern knows them. */
const newRegions = ['us-north-9', 'cn-south-2', 'eusc-de-west-2', 'us-iso-north-1', 'us-gov-north-7', 'eu-isoe-east-12']

/** A repository as AWS allows it, in any region of any partition. What starts with `xn--` is another name in disguise: no URL parser takes it as it is. */
export const repositories: fc.Arbitrary<Repository> = fc.record({
  domain: fc.stringMatching(rules.domain.pattern).filter((domain) => !domain.startsWith('xn--')),
  owner: fc.stringMatching(rules.owner.pattern),
  region: fc.constantFrom(...regions, ...newRegions),
  repository: fc.oneof(fc.stringMatching(rules.repository.pattern), fc.constantFrom('simple', 'pypi', 'a.-_')),
})
