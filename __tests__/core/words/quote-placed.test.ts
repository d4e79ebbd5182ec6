import { expect, test } from '@jest/globals'
import { placed } from '../../../src/core/words/quote.ts'

test.each([
  ['Type: ca-sync', 'Type: ca-sync -C X'],
  ['Type: ca-sync --store exec', 'Type: ca-sync -C X --store exec'],
  ['If Poetry says otherwise, type: ca-sync doctor\n', 'If Poetry says otherwise, type: ca-sync doctor -C X\n'],
  [
    'Next, type: ca-sync sources declare, then: ca-sync',
    'Next, type: ca-sync sources declare -C X, then: ca-sync -C X',
  ],
  ['use `ca-sync exec -- poetry …`, which', 'use `ca-sync exec -C X -- poetry …`, which'],
  ['Type: eval "$(ca-sync env)"', 'Type: eval "$(ca-sync env -C X)"'],
  ['Or type ca-sync first, which', 'Or type ca-sync -C X first, which'],
  ['Type: ca-sync --profile NAME\nYour profiles: a', 'Type: ca-sync -C X --profile NAME\nYour profiles: a'],
  ['ca-sync doctor', 'ca-sync doctor -C X'],
  [
    'For example: ca-sync sources declare --priority primary',
    'For example: ca-sync sources declare -C X --priority primary',
  ],
  [
    "Or: ca-sync --store plaintext (in Poetry's auth.toml)",
    "Or: ca-sync -C X --store plaintext (in Poetry's auth.toml)",
  ],
  [
    'Type: ca-sync sources add A\nor:   ca-sync sources add B',
    'Type: ca-sync sources add -C X A\nor:   ca-sync sources add -C X B',
  ],
  [
    'Type: ca-sync sources add A\n      ca-sync sources add B',
    'Type: ca-sync sources add -C X A\n      ca-sync sources add -C X B',
  ],
  ['the same one (ca-sync --profile NAME, without', 'the same one (ca-sync -C X --profile NAME, without'],
  ["out of Poetry's Python (ca-sync doctor says how)", "out of Poetry's Python (ca-sync doctor -C X says how)"],
  ['run ca-sync doctor, which checks', 'run ca-sync doctor -C X, which checks'],
  ['if it stays so, ca-sync doctor checks', 'if it stays so, ca-sync doctor -C X checks'],
  ['UV_EXCLUDE_NEWER=false ca-sync exec …', 'UV_EXCLUDE_NEWER=false ca-sync exec -C X …'],
  ['Type: ca-sync exec -- poetry -C sub install', 'Type: ca-sync exec -C X -- poetry -C sub install'],
  ['Type: ca-sync exec -- poetry --version', 'Type: ca-sync exec -C X -- poetry --version'],
  ['Type: ca-sync logout. For all: ca-sync logout --all', 'Type: ca-sync logout -C X. For all: ca-sync logout --all'],
  // These name it, or are about no project.
  ['Type: ca-sync sources add --help', 'Type: ca-sync sources add --help'],
  ['Type: ca-sync sources add foo -C other', 'Type: ca-sync sources add foo -C other'],
  [
    'Type: ca-sync sources declare -C other, then: ca-sync -C other',
    'Type: ca-sync sources declare -C other, then: ca-sync -C other',
  ],
  ['Type: ca-sync status --json --all', 'Type: ca-sync status --json --all'],
  ['set it in your ca-sync/config.toml.', 'set it in your ca-sync/config.toml.'],
  [
    'Type: npm uninstall --global ca-sync (or: pipx uninstall ca-sync)',
    'Type: npm uninstall --global ca-sync (or: pipx uninstall ca-sync)',
  ],
  ['Type: ca-sync logout -C other', 'Type: ca-sync logout -C other'],
  ['Type: ca-sync -C other --profile NAME', 'Type: ca-sync -C other --profile NAME'],
  ['Type: ca-sync logout --all', 'Type: ca-sync logout --all'],
  ['Type: ca-sync status --help', 'Type: ca-sync status --help'],
  ['update this one: ca-sync --version says', 'update this one: ca-sync --version says'],
  ['Type: ca-sync schedule install', 'Type: ca-sync schedule install'],
  ['Type: ca-sync hook install --wrap', 'Type: ca-sync hook install --wrap'],
  ['Close that program, then run ca-sync again.', 'Close that program, then run ca-sync again.'],
  ['Type ca-sync in your projects.', 'Type ca-sync in your projects.'],
  ["ca-sync's own copy is gone", "ca-sync's own copy is gone"],
])('%j for who is elsewhere', (text, there) => {
  expect(placed(text, ' -C X')).toBe(there)
  expect(placed(text, '')).toBe(text)
})
