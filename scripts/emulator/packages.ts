import { createHash } from 'node:crypto'
import { ApiError } from './api-error.ts'
import type { Asset, Repository } from './model.ts'
import { buildSdist, buildWheel, normalizeName, type PackageSpec } from './wheel.ts'

type Upload = Pick<Asset, 'filename' | 'version' | 'requiresPython' | 'content'>

/** Keeps a file. A second file of one name is refused, as CodeArtifact does. */
export function addAsset({ name: repository, projects }: Repository, project: string, upload: Upload): void {
  const name = normalizeName(project)
  const assets = projects.get(name) ?? []
  if (assets.some(({ filename }) => filename === upload.filename)) {
    throw new ApiError(
      409,
      'ConflictException',
      `Asset ${upload.filename} of ${name} ${upload.version} already exists in ${repository}`,
    )
  }
  const sha256 = createHash('sha256').update(upload.content).digest('hex')
  projects.set(name, [...assets, { ...upload, sha256 }])
}

/** Makes a small valid wheel and sdist, and keeps them. */
export function addPackage(repository: Repository, spec: PackageSpec): void {
  const { version, requiresPython } = spec
  for (const file of [buildWheel(spec), buildSdist(spec)])
    addAsset(repository, spec.name, { ...file, version, requiresPython })
}

/** A project's page (PEP 503), with links relative to it. */
export function simplePage(project: string, assets: readonly Asset[]): string {
  const links = assets.map(({ filename, version, sha256, requiresPython }) => {
    const requires = requiresPython === undefined ? '' : ` data-requires-python="${escapeHtml(requiresPython)}"`
    return `<a href="${encodeURIComponent(version)}/${encodeURIComponent(filename)}#sha256=${sha256}"${requires}>${escapeHtml(filename)}</a><br/>`
  })
  return `<!DOCTYPE html>\n<html><head><title>Links for ${project}</title></head><body>\n${links.join('\n')}\n</body></html>\n`
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
