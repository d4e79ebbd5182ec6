import { expect, test } from '@jest/globals'
import { commandWords, shellWord } from '../../../src/core/words/quote.ts'

test.each([
  ['Type: ca-sync', ['ca-sync']],
  ['Type: ca-sync sources declare -C /tmp/x', ['ca-sync', 'sources', 'declare', '-C', '/tmp/x']],
  ['Run: aws sso login --profile dev', ['aws', 'sso', 'login', '--profile', 'dev']],
  ['ca-sync --force', ['ca-sync', '--force']],
  [`ca-sync -C ${shellWord("/home/o'brien/my app")}`, ['ca-sync', '-C', "/home/o'brien/my app"]],
  ['Unlock it.\nType: ca-sync', ['ca-sync']],
  ['Type: ca-sync sources add NAME --domain DOMAIN', null],
  ['Type: ca-sync, then: poetry install', null],
  ['Type: eval "$(ca-sync env)"', null],
  ['Log in to your desktop.', null],
  ['unset POETRY_HTTP_BASIC_DEV_PASSWORD', null],
  ['', null],
])('%j says to run %j', (hint, words) => expect(commandWords(hint)).toEqual(words))
