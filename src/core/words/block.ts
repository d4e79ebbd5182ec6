/**
 * Lines of ours in somebody's text, between a first and a last one that name them. What stands behind the first is its note.
 * An editor may have made all line ends those of Windows.
 */
const opening = (name: string): string => `# >>> ca-sync ${name} >>>`
const closing = (name: string): string => `# <<< ca-sync ${name} <<<`

/** @param lines - all between them */
export const blockOf = (name: string, note: string, lines: string): string =>
  `${opening(name)}${note}\n${lines}${closing(name)}\n`

/** Finds the block, with its note in the first group. */
export const blockPattern = (name: string): RegExp =>
  new RegExp(`^${opening(name)}(.*?)\\r?\\n[\\s\\S]*?^${closing(name)}.*\\r?(?:\\n|$(?![\\s\\S]))`, 'gm')

/** Only one of the two lines is there, so that nobody knows what of the rest is ours. */
export const isDamaged = (text: string, name: string): boolean =>
  (text.match(new RegExp(`^(?:${opening(name)}|${closing(name)})`, 'gm')) ?? []).length !==
  2 * (text.match(blockPattern(name)) ?? []).length
