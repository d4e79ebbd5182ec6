/** Poetry's files as their owner left them, by name: every byte of it stays, whatever is done to ca-sync. */
export interface OthersFiles {
  readonly title: string
  readonly 'auth.toml'?: string
  readonly 'config.toml'?: string
  /** They are links into a folder of dotfiles. */
  readonly linked?: true
}

/** In none of our outputs, and in no file but where it stands. */
export const foreignSecret = 'pa55-of-somebody-else'

const auth = `[http-basic.other]
username = "me"
password = "${foreignSecret}"
`
const config = '[virtualenvs]\nin-project = true\n\n[repositories.other]\nurl = "https://other.example/"\n'

const commented = (text: string): string => `# mine\n\n${text.replaceAll('\n[', '\n\n# a table\n[')}\n# the end`

export const othersFiles: readonly OthersFiles[] = [
  { title: 'no files' },
  { title: 'plain files', 'auth.toml': auth, 'config.toml': config },
  { title: 'comments and no last line end', 'auth.toml': commented(auth), 'config.toml': commented(config) },
  {
    title: 'line ends of Windows',
    'auth.toml': auth.replaceAll('\n', '\r\n'),
    'config.toml': config.replaceAll('\n', '\r\n'),
  },
  {
    title: 'other spellings',
    'auth.toml': `http-basic."other".username = 'me'\nhttp-basic.other.password = "${foreignSecret}"\n`,
    'config.toml': '  [repositories]\n  other = { url = "https://other.example/" }   # mine\n\n\n',
  },
  { title: 'links', 'auth.toml': auth, 'config.toml': config, linked: true },
]
