import { closest } from '../words/suggest.ts'

/** One of AWS's partitions, as the SDK describes them (partitions.json). */
export interface Partition {
  readonly id: string
  /** The end of its hosts, e.g. `amazonaws.com`. */
  readonly dnsSuffix: string
  /** What its region names look like (`regionRegex`). */
  readonly pattern: string
  readonly regions: readonly string[]
}

/**
 * AWS's partitions and regions: a copy of `partitions.js` in @aws-sdk/core, which exports only look-ups in it. A test compares
 * the two, so that a new SDK version cannot leave this one behind.
 */
export const partitions: readonly Partition[] = [
  {
    id: 'aws',
    dnsSuffix: 'amazonaws.com',
    pattern: '^(us|eu|ap|sa|ca|me|af|il|mx)\\-\\w+\\-\\d+$',
    regions: `af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
      ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6
      ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2
      eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1 sa-east-1
      sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2`.split(/\s+/),
  },
  {
    id: 'aws-cn',
    dnsSuffix: 'amazonaws.com.cn',
    pattern: '^cn\\-\\w+\\-\\d+$',
    regions: ['cn-north-1', 'cn-northwest-1'],
  },
  { id: 'aws-eusc', dnsSuffix: 'amazonaws.eu', pattern: '^eusc\\-(de)\\-\\w+\\-\\d+$', regions: ['eusc-de-east-1'] },
  {
    id: 'aws-iso',
    dnsSuffix: 'c2s.ic.gov',
    pattern: '^us\\-iso\\-\\w+\\-\\d+$',
    regions: ['us-iso-east-1', 'us-iso-west-1'],
  },
  {
    id: 'aws-iso-b',
    dnsSuffix: 'sc2s.sgov.gov',
    pattern: '^us\\-isob\\-\\w+\\-\\d+$',
    regions: ['us-isob-east-1', 'us-isob-west-1'],
  },
  { id: 'aws-iso-e', dnsSuffix: 'cloud.adc-e.uk', pattern: '^eu\\-isoe\\-\\w+\\-\\d+$', regions: ['eu-isoe-west-1'] },
  {
    id: 'aws-iso-f',
    dnsSuffix: 'csp.hci.ic.gov',
    pattern: '^us\\-isof\\-\\w+\\-\\d+$',
    regions: ['us-isof-east-1', 'us-isof-south-1'],
  },
  {
    id: 'aws-us-gov',
    dnsSuffix: 'amazonaws.com',
    pattern: '^us\\-gov\\-\\w+\\-\\d+$',
    regions: ['us-gov-east-1', 'us-gov-west-1'],
  },
]

/**
 * `known`: a region of the SDK's list. `unlisted`: it has the form of one, so it may be newer than this program.
 * `refused`: not a region. `suggestion` is the closest known name, if one is close.
 */
interface RegionCheck {
  readonly kind: 'known' | 'unlisted' | 'refused'
  readonly suggestion?: string | undefined
}

// AWS's own patterns say \w, which lets `_`, upper case and any length into a host.
const regionPattern = /^(?=.{1,32}$)[a-z]+(?:-[a-z]+)+-\d{1,2}$/

/** The partition that has a region or, for one newer than the list, whose regions look like it; undefined where `checkRegion` refuses it. */
export const partitionOf = (region: string): Partition | undefined =>
  partitions.find(({ regions }) => regions.includes(region)) ??
  (regionPattern.test(region) ? partitions.find(({ pattern }) => new RegExp(pattern).test(region)) : undefined)

export function checkRegion(region: string): RegionCheck {
  const home = partitionOf(region)
  if (home?.regions.includes(region)) return { kind: 'known' }
  const near = (home === undefined ? partitions : [home]).flatMap(({ regions }) => regions)
  return { kind: home === undefined ? 'refused' : 'unlisted', suggestion: closest(region, near) }
}

/** The end of a region's host names, e.g. `amazonaws.com.cn`; undefined where `checkRegion` refuses it. */
export const dnsSuffix = (region: string): string | undefined => partitionOf(region)?.dnsSuffix
