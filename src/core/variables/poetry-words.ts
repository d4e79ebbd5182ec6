/** Also with its version, as uvx and mise take it. */
const isPoetry = (word: string): boolean =>
  /(?:^|[\\/])poetry[-\d.]*(?:\.(?:exe|cmd|bat))?(?:[@=~<>![].*)?$/i.test(word)

/**
 * Poetry's option with a folder: `-C`, `-P`, also behind others (`-nC`), and whatever starts `--directory` or `--project` (its argparse takes that);
 * and what leads what starts it there (`env --chdir`, `uv --directory`, `cd`).
 */
const option = /^(?:-[A-Za-z]*?[CP]=?|--(?:d[irectoy]*|p[rojec]*t?|chdir)(?:=|$)|cd$)(.*)$/

/** A word of several is a shell's line, or a folder's name. */
const wordsWithin = (word: string): readonly string[] =>
  /\s/.test(word) ? [word, ...word.split(/[\s;&|()'"]+/)] : [word]

/**
 * The folders to which Poetry in a command line goes (`--directory`), or whose project it takes (`--project`), wherever the options stand.
 * Rather too many than too few: what is no folder serves nobody.
 */
export function foldersOfPoetry(command: readonly string[]): readonly string[] {
  const all = command.flatMap(wordsWithin)
  const at = all.findLastIndex(isPoetry)
  const end = all.indexOf('--', at)
  const words = at === -1 ? [] : all.slice(0, end === -1 ? all.length : end)
  const named = words.flatMap((word, index) => {
    const value = option.exec(word)?.[1]
    return value === undefined ? [] : [value || words[index + 1] || '.']
  })
  // A project is looked for from the directory.
  return named.flatMap((folder) => [folder, ...named.flatMap((base) => (base === folder ? [] : `${base}/${folder}`))])
}
