import { checkRegion, dnsSuffix } from '../../../src/core/repository/region.ts'

test.each([
  ['us-east-1', 'amazonaws.com'],
  ['eu-west-1', 'amazonaws.com'],
  ['us-gov-west-1', 'amazonaws.com'],
  ['cn-north-1', 'amazonaws.com.cn'],
  ['eusc-de-east-1', 'amazonaws.eu'],
  ['us-iso-east-1', 'c2s.ic.gov'],
])('%s is known, under %s', (region, suffix) => {
  expect(checkRegion(region)).toEqual({ kind: 'known' })
  expect(dnsSuffix(region)).toBe(suffix)
})

test.each([
  ['ap-southeast-9', 'amazonaws.com', 'ap-southeast-1'],
  ['us-esat-1', 'amazonaws.com', 'us-east-1'],
  ['cn-south-1', 'amazonaws.com.cn', 'cn-north-1'],
  ['mx-middleofnowhere-1', 'amazonaws.com', undefined],
])('%s may be newer than the list', (region, suffix, suggestion) => {
  expect(checkRegion(region)).toEqual({ kind: 'unlisted', suggestion })
  expect(dnsSuffix(region)).toBe(suffix)
})

test.each([
  ['eus-east-1', 'us-east-1'],
  ['us_east_1', 'us-east-1'],
  ['US-EAST-1', 'us-east-1'],
  ['us-east1', 'us-east-1'],
  ['eu-westt-l', 'eu-west-1'],
  ['us-east-', 'us-east-1'],
  ['virginia', undefined],
  ['aws-global', undefined],
  ['', undefined],
  ['us-east-1.evil.example', undefined],
  ['us-ea_st-1/x', undefined],
  [`us-${'e'.repeat(100_000)}-1`, undefined],
])('refuses %j', (region, suggestion) => {
  expect(checkRegion(region)).toEqual({ kind: 'refused', suggestion })
  expect(dnsSuffix(region)).toBeUndefined()
})
