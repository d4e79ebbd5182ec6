import type { Vault } from '../../src/core/ports/keeper.ts'

/**
 * What every vault must do.
 * @param vault - asked for in each test
 * @param it - how a test is run
 */
export function vaultContract(vault: () => Vault, it: (name: string, act: () => Promise<void>) => void = test): void {
  it('what is not there', async () => {
    expect(await vault().read('absent')).toBeUndefined()
    await vault().remove('absent')
  })

  const secrets = [
    ['plain', 'acct', 'secret'],
    ['Unicode', 'büro/🔑', 'pässwörd 🔒 日本'],
    ['white space and quotes', 'a b\n"c"', ' "x"\n\\n '],
    ['as long as tokens get', 'long', 'eyJ'.padEnd(1600, '0123456789-_')],
  ] as const
  for (const [what, account, secret] of secrets)
    it(`${what}: written, read, removed`, async () => {
      await vault().write(account, secret)
      expect(await vault().read(account)).toBe(secret)
      await vault().remove(account)
      expect(await vault().read(account)).toBeUndefined()
      await vault().remove(account)
    })

  it('the second write wins', async () => {
    await vault().write('twice', 'old')
    await vault().write('twice', 'new')
    expect(await vault().read('twice')).toBe('new')
    await vault().remove('twice')
    expect(await vault().read('twice')).toBeUndefined()
  })

  it('side by side, each keeps its own', async () => {
    const accounts = Array.from({ length: 20 }, (_, index) => `parallel ${index}`)
    await Promise.all(accounts.map((account) => vault().write(account, `secret of ${account}`)))
    const read = await Promise.all(accounts.map((account) => vault().read(account)))
    expect(read).toEqual(accounts.map((account) => `secret of ${account}`))
    await Promise.all(accounts.map((account) => vault().remove(account)))
    expect(await vault().read('parallel 7')).toBeUndefined()
  })
}
