import { closest } from './suggest.ts'

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
 * `known`: a region of the SDK's list. `unlisted`: it has the form of one, so it may be newer than this program.
 * `refused`: not a region. `suggestion` is the closest known name, if one is close.
 */
type RegionCheck =
  | { readonly kind: 'known'; readonly dnsSuffix: string }
  | { readonly kind: 'unlisted'; readonly dnsSuffix: string; readonly suggestion: string | undefined }
  | { readonly kind: 'refused'; readonly suggestion: string | undefined }

// AWS's own patterns say \w, which lets `_`, upper case and any length into a host.
const plain = /^(?=.{1,32}$)[a-z]+(?:-[a-z]+)+-\d{1,2}$/

/** The partition that has a region or, for one newer than the list, whose regions look like it; undefined where `checkRegion` refuses it. */
export const partitionOf = (region: string, partitions: readonly Partition[]): Partition | undefined =>
  partitions.find(({ regions }) => regions.includes(region)) ??
  (plain.test(region) ? partitions.find(({ pattern }) => new RegExp(pattern).test(region)) : undefined)

export function checkRegion(region: string, partitions: readonly Partition[]): RegionCheck {
  const home = partitionOf(region, partitions)
  if (home?.regions.includes(region)) return { kind: 'known', dnsSuffix: home.dnsSuffix }
  const near = (home === undefined ? partitions : [home]).flatMap(({ regions }) => regions)
  const suggestion = closest(region, near)
  return home === undefined
    ? { kind: 'refused', suggestion }
    : { kind: 'unlisted', dnsSuffix: home.dnsSuffix, suggestion }
}

/** The end of a region's host names, e.g. `amazonaws.com.cn`; undefined where `checkRegion` refuses it. */
export const dnsSuffix = (region: string, partitions: readonly Partition[]): string | undefined =>
  partitionOf(region, partitions)?.dnsSuffix
