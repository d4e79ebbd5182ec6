import { readFileSync } from 'node:fs'
import { checkout } from '../../scripts/testbed/checkout.ts'

export const readme = readFileSync(checkout('README.md'), 'utf8')

/** The fenced blocks of one language in a text, without their indentation. */
export const blocksOf = (language: string, text = readme): string[] =>
  [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )

/** The text of one section, up to the next heading of its level or above. */
export function section(heading: string): string {
  const [, text] = new RegExp(`^#{2,3} ${heading}\\n([\\s\\S]*?)(?=^#{2,3} |(?![\\s\\S]))`, 'm').exec(readme) ?? []
  if (text === undefined) throw new Error(`README.md has no section ${heading}`)
  return text
}
