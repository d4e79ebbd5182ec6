import { readFileSync, writeFileSync } from 'node:fs'

/** A page with its generated parts as they should be; others stay. @param made - by the name of the part */
export const renewed = (page: string, made: Readonly<Record<string, string>>): string =>
  readFileSync(page, 'utf8').replaceAll(
    /(<!-- generated: (.+?) -->\n)([\s\S]*?)(<!-- end -->)/g,
    (_, begin, name, before, end) => `${begin}${made[name] === undefined ? before : `${made[name]}\n`}${end}`,
  )

export const renew = (page: string, made: Readonly<Record<string, string>>): void =>
  writeFileSync(page, renewed(page, made))
