// Writes what is made of the commands' declarations: the generated parts of docs/configuration.md, and the manual page in dist/.
import { readFileSync, writeFileSync } from 'node:fs'
import { configurationPage } from './configuration.ts'
import { manPage } from './man.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
writeFileSync('docs/configuration.md', configurationPage())
writeFileSync('dist/ca-sync.1', manPage(version))
