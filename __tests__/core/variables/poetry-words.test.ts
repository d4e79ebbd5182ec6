import { expect, test } from '@jest/globals'
import { foldersOfPoetry } from '../../../src/core/variables/poetry-words.ts'

test.each([
  ['poetry install', []],
  ['poetry -C ../x install', ['../x']],
  ['poetry install -C../x', ['../x']],
  ['poetry install -nC ../x', ['../x']],
  ['poetry install -C=../x', ['../x']],
  ['poetry add --directory ../x lib', ['../x']],
  ['poetry add lib --directory=../x', ['../x']],
  ['poetry add lib --dir=../x', ['../x']],
  ['poetry -P ../x build', ['../x']],
  ['poetry --project ../x build', ['../x']],
  ['poetry build --project=../x', ['../x']],
  ['poetry build --pro ../x', ['../x']],
  ['poetry -C x -P y build', ['x', 'y/x', 'y', 'x/y']],
  ['poetry -C x -C x build', ['x', 'x']],
  ['poetry -C', ['.']],
  ['/opt/bin/poetry -C x', ['x']],
  ['C:\\bin\\Poetry.EXE -C x', ['x']],
  ['poetry.cmd -C x', ['x']],
  ['python -m poetry -C x', ['x']],
  ['poetry run -- make -C x', []],
  ['poetry --dry-run -p x --only=main', []],
  ['make -C poetry-app', []],
  ['git -C x poetry', []],
])('%s', (line, folders) => {
  expect(foldersOfPoetry(line.split(' '))).toEqual(folders)
})
