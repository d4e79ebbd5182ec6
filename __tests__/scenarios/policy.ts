import { describe, expect, test } from '@jest/globals'
import { documentOf, eachOn, type OpenStage } from './stage.ts'

export const policyScenarios = (open: OpenStage): void =>
  describe('policy', () => {
    const stage = eachOn(open)
    const policy = async (...words: string[]) => documentOf(await stage().caSync(['policy', ...words]))
    const actions = ({ Statement }: { Statement: readonly { Action: string | string[] }[] }) =>
      Statement.flatMap(({ Action }) => Action)

    test('to install, to publish, and for another account', async () => {
      const read = actions(await policy('--access', 'read'))
      expect(read).toContain('codeartifact:GetAuthorizationToken')
      expect(read).toContain('sts:GetServiceBearerToken')
      expect(read).not.toContain('codeartifact:PublishPackageVersion')
      expect(actions(await policy('--access', 'write'))).toContain('codeartifact:PublishPackageVersion')
      expect((await stage().caSync(['policy', '--principal', '111122223333'])).stdout).toContain('111122223333')
      expect(stage().tokens()).toEqual([])
    })
  })
