import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, lines: readFileSync(join('src', name), 'utf8').split('\n').slice(0, -1) }))

const declaration =
  /^(?:export )?(?:declare )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) ([A-Za-z_$][\w$]*)/

test('a name at the top of a file has one meaning in the whole of src, but for 60 at most', () => {
  const places = new Map<string, Set<string>>()
  for (const { name: file, lines } of files)
    for (const line of lines) {
      const [, name] = declaration.exec(line) ?? []
      if (name !== undefined) places.set(name, (places.get(name) ?? new Set()).add(file))
    }
  const shared = [...places].filter(([, holders]) => holders.size > 1)
  const told = shared.map(([name, holders]) => `${name}: ${[...holders].join(', ')}`)
  expect({ tooMany: told.length > 60 ? told : [] }).toEqual({ tooMany: [] })
})
