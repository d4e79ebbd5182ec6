import { expect, test } from '@jest/globals'
import { itemsIn } from '../../scripts/testbed/keychain.ts'

/** As `security dump-keychain` prints it. */
const item = (
  label: string,
  account: string,
  service: string,
) => `keychain: "/tmp/box/home/Library/Keychains/login.keychain-db"
version: 512
class: "genp"
attributes:
    0x00000007 <blob>=${label}
    0x00000008 <blob>=<NULL>
    "acct"<blob>=${account}
    "cdat"<timedate>=0x32303236313132363037343530305A00  "20261126074500Z\\000"
    "crtr"<uint32>=<NULL>
    "svce"<blob>=${service}
    "type"<uint32>=<NULL>
`

test('items of a keychain, as security prints them, without their secrets', () => {
  const dump =
    item('"host.example"', '"aws"', '"host.example"') +
    item('0x6B657920C3BC  "key \\303\\274"', '"a \\"b\\""', '"ca-sync"')
  expect(itemsIn(dump)).toEqual([
    { label: 'host.example', attributes: { service: 'host.example', username: 'aws' }, secret: '' },
    { label: 'key \\303\\274', attributes: { service: 'ca-sync', username: 'a \\"b\\"' }, secret: '' },
  ])
  expect(itemsIn('')).toEqual([])
})
