// manifests.mjs FOLDER: the files of package managers, from packaging/*/*.in and the bundle that is in FOLDER.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const [folder] = process.argv.slice(2)
const { version, description, homepage } = JSON.parse(readFileSync('package.json', 'utf8'))
const bundle = `ca-sync-${version}-bundle.tar.gz`
const known = {
  VERSION: version,
  DESCRIPTION: description,
  HOMEPAGE: homepage,
  BUNDLE_URL: `${homepage}/releases/download/v${version}/${bundle}`,
  BUNDLE_SHA256: createHash('sha256')
    .update(readFileSync(join(folder, bundle)))
    .digest('hex'),
}

for (const template of [
  'homebrew/ca-sync.rb.in',
  'scoop/ca-sync.json.in',
  'nix/flake.nix.in',
  'oci/Containerfile.in',
]) {
  const text = readFileSync(join('packaging', template), 'utf8')
  writeFileSync(
    join(folder, basename(template, '.in')),
    text.replaceAll(/@([A-Z0-9_]+)@/g, (_, name) => known[name]),
  )
}
