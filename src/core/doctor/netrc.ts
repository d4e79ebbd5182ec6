/** A word, or what stands in quotes as one (Python's netrc module, which requests reads the file with). */
const netrcWords = /"((?:\\.|[^"\\])*)"|((?:\\.|[^\s\\])+)/gs
const restOfLine = /[^\n]*/y
const restOfMacro = /[^\n]*(?:\n[^\n]+)*/y

/** The machines of a netrc file, in order; undefined for `default`. */
export function netrcMachines(text: string): (string | undefined)[] {
  const machines: (string | undefined)[] = []
  let at = 0
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    at = found === null ? text.length : pattern.lastIndex
    return found
  }
  const word = (): string | undefined => {
    const [, quoted, bare] = next(netrcWords) ?? []
    return (quoted ?? bare)?.replaceAll(/\\(.)/gs, '$1')
  }
  for (let key = word(); key !== undefined; key = word()) {
    if (key === 'default') machines.push(undefined)
    else if (key === 'machine') machines.push(word() ?? '')
    else if (key === 'macdef') next(restOfMacro)
    else if (key.startsWith('#')) next(restOfLine)
    else if (/^(?:login|user|account|password)$/.test(key)) word()
  }
  return machines
}
