import { expect, test } from '@jest/globals'
import { inPipConfig, inPypirc, leftoverCheck } from '../../../src/core/doctor/entries.ts'

const isCodeArtifact = (host: string) => host === 'd-1.codeartifact'
const keys = (found: readonly { key: string }[]) => found.map(({ key }) => key)

test.each([
  ['', []],
  ['[global]\nindex-url = https://aws:tok@d-1.codeartifact/pypi/dev/simple/\n', ['global.index-url']],
  ['[install]\r\n extra-index-url: https://aws:tok@d-1.codeartifact/x\r\n', ['install.extra-index-url']],
  [
    '[global]\nextra-index-url =\n  https://a.example/\n  https://aws:tok@d-1.codeartifact/x\n',
    ['global.extra-index-url'],
  ],
  [
    '[install]\nextra-index-url =\n  # mine\n\n  https://a.example/\n; x\n  https://aws:tok@d-1.codeartifact/x\n',
    ['install.extra-index-url'],
  ],
  [' [global]\n index-url = https://aws:tok@d-1.codeartifact/x\n timeout = 5\n', ['global.index-url']],
  ['[global]\nindex-url = https://aws@d-1.codeartifact/x\n', []],
  ['[global]\nindex-url = https://me:pw@other.example/x\n', []],
  ['[global]\n# index-url = https://aws:tok@d-1.codeartifact/x\n', []],
])('pip.conf %j', (text, found) => {
  expect(keys(inPipConfig('pip.conf', text, isCodeArtifact))).toEqual(found)
})

test.each([
  ['', []],
  ['[ca]\nrepository: https://d-1.codeartifact/pypi/dev/\nusername: aws\npassword: tok\n', ['ca']],
  ['[ca]\nrepository = https://d-1.codeartifact/pypi/dev/\nusername = aws\n', []],
  ['[pypi]\nusername = __token__\npassword = tok\n[ca]\nrepository = https://d-1.codeartifact/pypi/dev/\n', []],
  ['[mine]\nrepository = https://other.example/\npassword = tok\n', []],
])('.pypirc %j', (text, found) => {
  expect(keys(inPypirc('.pypirc', text, isCodeArtifact))).toEqual(found)
})

test('a key that holds something else, too, is not to be unset', () => {
  const url = 'https://aws:tok@d-1.codeartifact/x'
  const fixes = [url, `${url} https://a.example/`].map((value) =>
    inPipConfig('pip.conf', `[global]\nextra-index-url = ${value}\n`, isCodeArtifact).map(
      (one) => leftoverCheck(one).fix,
    ),
  )
  expect(fixes).toEqual([
    ['pip config unset global.extra-index-url'],
    ['Delete that URL of global.extra-index-url from pip.conf.'],
  ])
})
