import { expect, test } from '@jest/globals'
import { privatePlace } from '../../../src/core/ports/schedule.ts'

test.each([
  ['/Users/kim/Documents/app', '~/Documents'],
  ['/Users/kim/Documents', '~/Documents'],
  ['/Users/kim/Desktop/a/b', '~/Desktop'],
  ['/Users/kim/Library/Mobile Documents/com~apple~CloudDocs/app', '~/Library/Mobile Documents'],
  ['/Users/kim/Library/CloudStorage/OneDrive/app', '~/Library/CloudStorage'],
  ['/Volumes/USB/app', '/Volumes'],
  ['/Users/kim/Documents2/app', undefined],
  ['/Users/kim/code/Documents/app', undefined],
  ['/Users/ann/Documents/app', undefined],
])('%s on a Mac: %s', (folder, place) => {
  expect(privatePlace(folder, { platform: 'darwin', home: '/Users/kim' })).toBe(place)
})

test('elsewhere there is no such thing', () => {
  expect(privatePlace('/home/kim/Documents/app', { platform: 'linux', home: '/home/kim' })).toBeUndefined()
})
