/** What is said to a word that other programs know, and we do not. */
interface Advice {
  readonly says: string
  /** @param rest - the words after it */
  type(rest: string): string
}

const renews: Advice = { says: 'Getting and renewing tokens is what plain ca-sync does.', type: () => 'ca-sync' }
const runs: Advice = {
  says: 'What runs a command with the tokens is exec.',
  type: (rest) => `ca-sync exec -- ${rest || 'poetry install'}`,
}
const onLists: Advice = {
  says: 'What is configured, sources shows; whether it is ready, status.',
  type: () => 'ca-sync status',
}
const asks: Advice = { says: 'Who you are to AWS, doctor asks.', type: () => 'ca-sync doctor' }
const starts: Advice = { says: 'A first source of a project is set up by init.', type: () => 'ca-sync init' }
const asPoetry = (word: string): Advice => ({
  says: `${word} is a command of Poetry: once ca-sync has run, Poetry has the token.`,
  type: (rest) => ['poetry', word, rest].join(' ').trim(),
})

const adviceOn: readonly (readonly [words: readonly string[], advice: (word: string) => Advice])[] = [
  [['login', 'refresh', 'renew', 'rotate', 'update', 'auth'], () => renews],
  [['run', 'x', 'with', 'execute'], () => runs],
  [['list', 'ls', 'show'], () => onLists],
  [['whoami', 'who', 'identity', 'check'], () => asks],
  [['configure', 'config', 'setup', 'add', 'new'], () => starts],
  [['install', 'publish', 'lock'], asPoetry],
]

export const foreign = (word: string): Advice | undefined => adviceOn.find(([words]) => words.includes(word))?.[1](word)
