// The licences of what is bundled, which ask to go along with every copy.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** @param inputs the files of a bundle; throws where a package of theirs has no licence's text */
export async function notices(inputs) {
  const folders = new Set(inputs.flatMap((path) => path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []))
  const packages = await Promise.all([...folders].sort().map(read))
  const heads = new Map()
  for (const { head, repository, text } of packages) {
    // Some packages leave out the file that stands at the top of their repository, and in others of it.
    const words = text || packages.find((other) => other.repository === repository && other.text)?.text
    if (words === undefined) throw new Error(`${head} has no licence's text`)
    heads.set(words, [...(heads.get(words) ?? []), head])
  }
  return [...heads].map(([text, of]) => `${of.join('\n')}\n\n${text}`).join(`\n${'-'.repeat(80)}\n\n`)
}

async function read(folder) {
  const { name, version, license, repository } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return { head: `${name} ${version} (${license})`, repository: repository?.url ?? name, text: texts.join('\n') }
}
