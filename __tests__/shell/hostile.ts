import process from 'node:process'

/** Everything that one shell or another acts upon. */
export const hostile = {
  PLAIN: 'https://aws:eyJ2.a-b_c@host-1.example/pypi/dev/simple/',
  EMPTY: '',
  SPACES: '  two  words  ',
  QUOTES: `'single' "double" \`back\``,
  DOLLARS: '$HOME $(id) !! %PATH%',
  BACKSLASHES: "\\ \\\\ \\n \\'",
  SIGNS: '#a;b|c&d<e>f(g)[h]{i}*j?k~l^m=n,o',
  CURLY: '‘’‚‛“” ✓',
  NEWLINES: 'one\ntwo',
}

export const env = { PATH: process.env['PATH'], HOME: '/', LANG: 'C.UTF-8' }
/** A program that prints its environment as JSON. */
export const printAll = [process.execPath, '-e', `process.stdout.write(JSON.stringify(process.env))`]
