const isPoetry = (word: string): boolean => /(?:^|[\\/])poetry(?:\.(?:exe|cmd))?$/i.test(word)

/** Poetry's option with a folder: `-C`, `-P`, also behind others (`-nC`), and whatever starts `--directory` or `--project` (its argparse takes that). */
const option = /^(?:-[A-Za-z]*?[CP]=?|--(?:d[irectoy]*|p[rojec]*t?)(?:=|$))(.*)$/

/**
 * The folders to which Poetry in a command line goes (`--directory`), or whose project it takes (`--project`), wherever the options stand.
 * Rather too many than too few: what is no folder serves nobody.
 */
export function foldersOfPoetry(command: readonly string[]): readonly string[] {
  const at = command.findIndex(isPoetry)
  const rest = at === -1 ? [] : command.slice(at + 1)
  const end = rest.indexOf('--')
  const words = end === -1 ? rest : rest.slice(0, end)
  const named = words.flatMap((word, index) => {
    const value = option.exec(word)?.[1]
    return value === undefined ? [] : [value || words[index + 1] || '.']
  })
  // A project is looked for from the directory.
  return named.flatMap((folder) => [folder, ...named.flatMap((base) => (base === folder ? [] : `${base}/${folder}`))])
}
