import { accesses } from '../../../src/core/policy/choices.ts'
import { writers } from '../../../src/core/policy/formats.ts'
import { type InPartition, identityPolicy, resourcePolicies } from '../../../src/core/policy/policy.ts'
import { partitionOf } from '../../../src/core/repository/region.ts'
import { fc } from '../../helpers/property.ts'
import { repositories } from '../arbitraries.ts'

const placed = fc.array(
  repositories.map((it): InPartition => ({ ...it, partition: partitionOf(it.region)?.id ?? '' })),
  { minLength: 1, maxLength: 4 },
)
const asked = fc.subarray([...accesses], { minLength: 1 })
const accounts = fc.stringMatching(/^\d{12}$/)
const arn = /^arn:aws[a-z-]*:codeartifact:[a-z0-9-]+:\d{12}:(?:domain|repository|package)\/[A-Za-z0-9._/-]+(?:\/\*)?$/

/** HCL's `jsonencode(…)` takes JSON's own words, with a blank before each colon. */
const documents = (hcl: string): unknown[] =>
  [...hcl.matchAll(/jsonencode\((\{.*?\n {2}\})\)/gs)].map(([, text = '']) => JSON.parse(text))

test("an identity's policy is one valid document in every format, and about these repositories only", () => {
  fc.assert(
    fc.property(placed, asked, (list, access) => {
      const policy = identityPolicy(list, access)
      expect(JSON.parse(writers.json.identity(policy, 'x'))).toEqual(policy)
      expect(documents(writers.terraform.identity(policy, 'my.domain-read'))).toEqual([policy])
      const [resource] = Object.values<{ Properties: { PolicyDocument: unknown } }>(
        JSON.parse(writers.cloudformation.identity(policy, 'my-domain')).Resources,
      )
      expect(resource?.Properties.PolicyDocument).toEqual(policy)
      for (const { Effect, Action, Resource } of policy.Statement) {
        expect(Effect).toBe('Allow')
        expect(new Set(Action).size).toBe(Action.length)
        if (Resource !== '*') for (const one of [Resource].flat()) expect(one).toMatch(arn)
      }
      const [, domains, packages] = policy.Statement.map(({ Resource }) => [Resource].flat())
      expect(domains?.length).toBe(
        new Set(list.map(({ partition, region, owner, domain }) => [partition, region, owner, domain].join())).size,
      )
      for (const one of packages ?? [])
        expect(list.some(({ domain, repository }) => one.includes(`/${domain}/${repository}`))).toBe(true)
    }),
  )
})

test('policies for another account: one a domain and one a repository, each with a name of its own', () => {
  fc.assert(
    fc.property(placed, asked, accounts, (list, access, principal) => {
      const attachments = resourcePolicies(list, access, principal)
      const policies = attachments.map(({ policy }) => policy)
      expect(Object.values(JSON.parse(writers.json.resources(attachments)))).toEqual(policies)
      const hcl = writers.terraform.resources(attachments)
      expect(documents(hcl)).toEqual(policies)
      const labels = [...hcl.matchAll(/^resource "(\w+" "[A-Za-z]\w*)" \{$/gm)].map(([, label]) => label)
      expect(new Set(labels).size).toBe(policies.length)
      const resources = JSON.parse(writers.cloudformation.resources(attachments)).Resources
      expect(Object.keys(resources).length).toBe(policies.length)
      for (const [id, { DependsOn }] of Object.entries<{ DependsOn?: string }>(resources)) {
        expect(id).toMatch(/^[A-Za-z0-9]{1,255}$/)
        expect(DependsOn === undefined || DependsOn in resources).toBe(true)
      }
    }),
  )
})
