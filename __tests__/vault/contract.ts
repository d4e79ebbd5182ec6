import type { Vault } from '../../src/core/ports/keeper.ts'

/** What every vault must do. `vault` is asked for in each test. */
export function vaultContract(vault: () => Vault): void {
  test('what is not there', async () => {
    expect(await vault().read('absent')).toBeUndefined()
    await vault().remove('absent')
  })

  test.each([
    ['plain', 'acct', 'secret'],
    ['Unicode', 'büro/🔑', 'pässwörd 🔒 日本'],
    ['white space and quotes', 'a b\n"c"', ' "x"\n\\n '],
    ['as long as tokens get', 'long', 'eyJ'.padEnd(1600, '0123456789-_')],
  ])('%s: written, read, removed', async (_, account, secret) => {
    await vault().write(account, secret)
    expect(await vault().read(account)).toBe(secret)
    await vault().remove(account)
    expect(await vault().read(account)).toBeUndefined()
    await vault().remove(account)
  })

  test('the second write wins', async () => {
    await vault().write('twice', 'old')
    await vault().write('twice', 'new')
    expect(await vault().read('twice')).toBe('new')
    await vault().remove('twice')
    expect(await vault().read('twice')).toBeUndefined()
  })

  test('side by side, each keeps its own', async () => {
    const accounts = Array.from({ length: 20 }, (_, index) => `parallel ${index}`)
    await Promise.all(accounts.map((account) => vault().write(account, `secret of ${account}`)))
    const read = await Promise.all(accounts.map((account) => vault().read(account)))
    expect(read).toEqual(accounts.map((account) => `secret of ${account}`))
    await Promise.all(accounts.map((account) => vault().remove(account)))
    expect(await vault().read('parallel 7')).toBeUndefined()
  })
}
