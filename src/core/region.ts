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
export type RegionCheck =
  | { readonly kind: 'known'; readonly dnsSuffix: string }
  | { readonly kind: 'unlisted'; readonly dnsSuffix: string; readonly suggestion: string | undefined }
  | { readonly kind: 'refused'; readonly suggestion: string | undefined }

// AWS's own patterns say \w, which lets `_`, upper case and any length into a host.
const plain = /^(?=.{1,32}$)[a-z]+(?:-[a-z]+)+-\d{1,2}$/

export function checkRegion(region: string, partitions: readonly Partition[]): RegionCheck {
  const home = partitions.find(({ regions }) => regions.includes(region))
  if (home !== undefined) return { kind: 'known', dnsSuffix: home.dnsSuffix }
  const alike = plain.test(region) ? partitions.find(({ pattern }) => new RegExp(pattern).test(region)) : undefined
  const near = (alike === undefined ? partitions : [alike]).flatMap(({ regions }) => regions)
  const suggestion = closest(region, near)
  return alike === undefined
    ? { kind: 'refused', suggestion }
    : { kind: 'unlisted', dnsSuffix: alike.dnsSuffix, suggestion }
}

/** The end of a region's host names, e.g. `amazonaws.com.cn`; undefined where `checkRegion` refuses it. */
export function dnsSuffix(region: string, partitions: readonly Partition[]): string | undefined {
  const check = checkRegion(region, partitions)
  return check.kind === 'refused' ? undefined : check.dnsSuffix
}
