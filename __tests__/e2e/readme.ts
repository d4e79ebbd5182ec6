import { readFileSync } from 'node:fs'
import { checkout } from '../../scripts/testbed/checkout.ts'

/** A page of docs/, as it is. */
export const page = (name: string): string => readFileSync(checkout(`docs/${name}.md`), 'utf8')

const readme = readFileSync(checkout('README.md'), 'utf8')

/** README.md and the pages that show what a user types. */
const pages = [readme, ...['sources', 'renewal', 'install', 'permissions'].map(page)].join('\n')

/** The fenced blocks of one language in a text, without their indentation. */
export const blocksOf = (language: string, text = pages): string[] =>
  [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )
