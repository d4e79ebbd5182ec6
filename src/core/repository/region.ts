import { closest } from '../words/suggest.ts'
import { type Partition, partitions } from './partitions.ts'

/**
 * `known`: a region of the SDK's list. `unlisted`: it has the form of one, so it may be newer than this program.
 * `refused`: not a region. `suggestion` is the closest known name, if one is close.
 */
type RegionCheck =
  | { readonly kind: 'known'; readonly dnsSuffix: string }
  | { readonly kind: 'unlisted'; readonly dnsSuffix: string; readonly suggestion: string | undefined }
  | { readonly kind: 'refused'; readonly suggestion: string | undefined }

// AWS's own patterns say \w, which lets `_`, upper case and any length into a host.
const regionPattern = /^(?=.{1,32}$)[a-z]+(?:-[a-z]+)+-\d{1,2}$/

/** The partition that has a region or, for one newer than the list, whose regions look like it; undefined where `checkRegion` refuses it. */
export const partitionOf = (region: string): Partition | undefined =>
  partitions.find(({ regions }) => regions.includes(region)) ??
  (regionPattern.test(region) ? partitions.find(({ pattern }) => new RegExp(pattern).test(region)) : undefined)

export function checkRegion(region: string): RegionCheck {
  const home = partitionOf(region)
  if (home?.regions.includes(region)) return { kind: 'known', dnsSuffix: home.dnsSuffix }
  const near = (home === undefined ? partitions : [home]).flatMap(({ regions }) => regions)
  const suggestion = closest(region, near)
  return home === undefined
    ? { kind: 'refused', suggestion }
    : { kind: 'unlisted', dnsSuffix: home.dnsSuffix, suggestion }
}

/** The end of a region's host names, e.g. `amazonaws.com.cn`; undefined where `checkRegion` refuses it. */
export const dnsSuffix = (region: string): string | undefined => partitionOf(region)?.dnsSuffix
