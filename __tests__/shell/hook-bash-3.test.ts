import { describe, expect, test } from '@jest/globals'
import { commands } from '../../src/cli/commands.ts'
import { completionScript } from '../../src/cli/completion/completion.ts'
import { hookText } from '../../src/shell/hook.ts'

/** What came after bash 3.2, which is macOS's for good: a pattern, and an example of it. Apple's own 3.2.57 has run these scripts, by hand. */
const newer: readonly (readonly [RegExp, string])[] = [
  [/\$\{\w+(?:\[[^\]]*\])?(?:,|\^)/, `x=\${name,,}`],
  [/\$\{\w+(?:\[[^\]]*\])?@[A-Za-z]/, `x=\${name@Q}`],
  [/\b(?:mapfile|readarray|coproc)\b/, 'mapfile -t lines'],
  [/\b(?:declare|local|typeset)\s+-\w*[Angu]/, 'local -A map'],
  [/&>>|\|&|;;?&/, 'make |& tee log'],
  [/\[\[\s+(?:!\s+)?-[vR]\s/, '[[ -v name ]]'],
  [/\$\{\w+\[-\d/, `x=\${list[-1]}`],
  [/\$\{\w+:[^}]*:\s*-\d/, `x=\${name:0:-1}`],
  [/\bread\s+(?:-\w+\s+)*-\w*[Ni]/, 'read -N 4 x'],
  [/\bread\s.*-t\s*[0-9]*\.[0-9]/, 'read -t 0.5 x'],
  [/\b(?:globstar|lastpipe|inherit_errexit)\b/, 'shopt -s globstar'],
  [/\bwait\s+-n\b/, 'wait -n'],
  [/\{\d+\.\.\d+\.\.\d+\}|\{0\d+\.\./, 'echo {01..10}'],
  [/\$'[^']*\\[uU][0-9a-fA-F]/, "x=$'\\u00e9'"],
  [/\{\w+\}[<>]/, 'exec {fd}>file'],
]

/** Lines of a script that bash 3.2 would not take; a guard of ours, by version or by failing quietly, is on the line itself. */
const tooNew = (script: string): string[] =>
  script.split('\n').filter((line) => !/^\s*#/.test(line) && newer.some(([pattern]) => pattern.test(line)))

const programs = { node: "/opt/it's/node", program: '/opt/ca-sync/dist/main.cjs' }

describe('bash 3.2 knows all that is used in', () => {
  test.each([
    ['the hook and the wrap', hookText('bash', programs, true)],
    ['completion', completionScript('bash', commands)],
  ])('%s', (_, script) => expect(tooNew(script)).toEqual([]))
})

test.each(newer)('%s would show', (_, line) => expect(tooNew(line)).toEqual([line]))
