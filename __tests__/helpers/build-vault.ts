import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { checkout } from '../../scripts/testbed/checkout.ts'

/** Builds the vault's child into a folder of its own, as scripts/build.mjs does. `folder`: .cache unless said, where keytar can be found. */
export async function buildVaultChild(
  folder = checkout('.cache'),
): Promise<{ script: string; remove(): Promise<void> }> {
  await mkdir(folder, { recursive: true })
  const dir = await mkdtemp(join(folder, 'vault-'))
  const script = join(dir, 'vault.cjs')
  await build({
    entryPoints: [checkout('src/vault/child.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    supported: { 'dynamic-import': false },
    external: ['keytar'],
    logLevel: 'warning',
  })
  return { script, remove: () => rm(dir, { recursive: true }) }
}
