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
  ['uv run --with poetry -- poetry -C ../x install', ['../x']],
  ['mise exec poetry@1.8 -- poetry -C ../x install', ['../x']],
  ['uvx poetry@2.5 -C ../x install', ['../x']],
  ['uvx poetry==2.5.1 -C ../x install', ['../x']],
  ['poetry.bat -C ../x install', ['../x']],
  ['poetry-1.8 -C ../x install', ['../x']],
  ['env -C ../x poetry install', ['../x']],
  ['env --chdir=../x poetry install', ['../x']],
  ['uv --directory ../x run poetry install', ['../x']],
  ['git -C x poetry', ['x']],
  ['uv run --with poetry-core -C ../x pytest', []],
])('%s', (line, folders) => {
  expect(foldersOfPoetry(line.split(' '))).toEqual(folders)
})

test.each([
  ['poetry -C ../x install', ['../x']],
  ['cd ../x && poetry install', ['../x']],
  ['cd "../x"; poetry install', ['../x']],
  ['(cd ../x && make)', []],
])('a line for a shell: %s', (line, folders) => {
  expect(foldersOfPoetry(['sh', '-c', line])).toEqual(folders)
})

test('a folder with a blank in its name stays whole', () => {
  expect(foldersOfPoetry(['poetry', '-C', '../my app', 'install'])).toContain('../my app')
})
