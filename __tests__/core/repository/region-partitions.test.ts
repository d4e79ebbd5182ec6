import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { partition } from '@aws-sdk/core/client'
import { partitions } from '../../../src/core/repository/region.ts'

interface SdkPartition {
  readonly id: string
  readonly regionRegex: string
  readonly outputs: { readonly dnsSuffix: string }
  readonly regions: Readonly<Record<string, unknown>>
}

/** The SDK's file, as text: its package exports only look-ups in it. */
function sdkPartitions(): readonly SdkPartition[] {
  const manifest = createRequire(import.meta.url).resolve('@aws-sdk/core/package.json')
  const file = manifest.replace('package.json', 'dist-es/submodules/client/util-endpoints/lib/aws/partitions.js')
  const [, json = ''] = /^export const partitionsInfo = (\{.*\});\s*$/s.exec(readFileSync(file, 'utf8')) ?? []
  return JSON.parse(json).partitions
}

test('the copy has all that the SDK has, without its pseudo-regions such as aws-global', () => {
  const expected = sdkPartitions().map(({ id, outputs, regionRegex, regions }) => ({
    id,
    dnsSuffix: outputs.dnsSuffix,
    pattern: regionRegex,
    regions: Object.keys(regions).filter((region) => new RegExp(regionRegex).test(region)),
  }))
  expect(partitions).toEqual(expected)
})

test("the SDK's own look-up agrees", () => {
  for (const { id, dnsSuffix, regions } of partitions)
    for (const region of regions) expect(partition(region)).toMatchObject({ name: id, dnsSuffix })
})
