const { readFileSync } = require('node:fs')
const { join, sep } = require('node:path')

const e2e = `${join('__tests__', 'e2e')}${sep}`

/** What needs more than Node, git and Python says so in its first line: `// Needs zsh and fish.` All of e2e needs it. */
const needsMore = (path) => path.includes(e2e) || readFileSync(path, 'utf8').startsWith('// Needs ')

/** Whether a word of the command line is about this file; one without letters is the value of an option. */
const names = (word, path) => /^[^-]*[a-z]{2}/i.test(word) && new RegExp(word.replace(/^\.\//, ''), 'i').test(path)

/** The tests that run right after `npm ci`; those that are named run, whatever they need. */
function choose(paths, words) {
  const named = paths.filter((path) => words.some((word) => names(word, path)))
  return named.length > 0 ? named : paths.filter((path) => !needsMore(path))
}

/** jest's --filter of `npm test`. */
module.exports = async (paths) => ({ filtered: choose(paths, process.argv.slice(2)) })
module.exports.choose = choose
module.exports.needsMore = needsMore
