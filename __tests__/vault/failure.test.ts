import { gone, refused, silent } from '../../src/vault/failure.ts'
import { openVault } from '../../src/vault/vault.ts'

test.each([
  [
    'Failed to load keytar native addon, checked ["…"] on prebuilds/linux-x64',
    /libsecret/,
    /apt-get install libsecret-1-0; Fedora: .*; Alpine: sudo apk add libsecret\)/,
  ],
  [
    'Failed to load keytar native addon, checked ["…"] on prebuilds/win32-x64',
    /does not load/,
    /pipx reinstall ca-sync, uv tool .* or npm install --global/,
  ],
  [
    "Cannot find package 'keytar' imported from /x/vault.js",
    /does not load/,
    /pipx reinstall ca-sync, uv tool .* or npm install --global/,
  ],
  ['Cannot autolaunch D-Bus without X11 $DISPLAY', /no desktop session bus/, /ca-sync exec/],
  ['Could not connect: No such file or directory', /no desktop session bus/, /ca-sync exec/],
  [
    'The name org.freedesktop.secrets was not provided by any .service files',
    /no keyring service/,
    /install gnome-keyring; Fedora: .*; Alpine: sudo apk add gnome-keyring\)/,
  ],
  ['Cannot create an item in a locked collection', /is locked/, /unlock it/],
  ['User interaction is not allowed.', /keychain is locked/, /unlock it in Keychain Access/],
  [
    'Object does not exist at path “/org/freedesktop/secrets/collection/login”',
    /no keyring to store in/,
    /Passwords and Keys/,
  ],
  ['The stub received bad data.', /refused: The stub received bad data\./, /doctor/],
])('%s', (said, message, hint) => {
  const error = refused(said)
  expect(error).toMatchObject({ code: 'VAULT_FAILED', exitCode: 5, cause: new Error(said) })
  expect(error.message).toMatch(message)
  expect(error.hint).toMatch(hint)
})

test.each([
  [silent(5000), 'the keyring did not answer in 5 seconds'],
  [silent(300), 'the keyring did not answer in 1 second'],
  [gone('SIGSEGV'), 'the helper that talks to the keyring ended (SIGSEGV)'],
])('%s', (error, message) => expect(error).toMatchObject({ code: 'VAULT_FAILED', message }))

test('a helper that cannot even be tried is no fault of the start, and one of each call', async () => {
  const vault = openVault({ node: 'C:\\no\0de', script: '', env: {}, platform: 'win32', uid: undefined })
  vault.start()
  await expect(vault.read('key')).rejects.toMatchObject({ code: 'VAULT_FAILED' })
})
