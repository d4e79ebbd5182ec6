// Writes what is made of the code: the generated parts of docs/configuration.md, the schemas, and the manual page in dist/.
import { readFileSync, writeFileSync } from 'node:fs'
import { configurationPage } from './configuration.ts'
import { manPage } from './man.ts'
import { schemas } from './schemas.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
writeFileSync('docs/configuration.md', configurationPage())
writeFileSync('dist/ca-sync.1', manPage(version))
for (const [name, schema] of Object.entries(schemas))
  writeFileSync(`schema/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`)
