import type { Target } from '../plan/target.ts'
import type { Caller, PackageOrigin } from '../ports/aws.ts'
import { isTable, own, type Table, valueAt } from '../project/document.ts'
import { describeIdentity, type Identity } from '../repository/identity.ts'
import { formatSpan } from '../words/duration.ts'
import { CaSyncError } from '../words/errors.ts'
import { optionWith } from '../words/quote.ts'
import { type Check, fault, faultOf, ok, warning } from './check.ts'
import { normalName } from './packages.ts'

// Past this, AWS refuses signatures.
const mostSkewSeconds = 300

/** Who ca-sync is to AWS, and whether the two agree about the time. */
export function awsChecks(identity: Identity, answer: Caller | CaSyncError): Check[] {
  if (answer instanceof CaSyncError) return [faultOf('aws', answer)]
  return [ok('aws', `${answer.arn} (${describeIdentity(identity)})`), clockCheck(answer)]
}

function clockCheck({ clockSkewSeconds }: Caller): Check {
  const off = formatSpan(Math.abs(clockSkewSeconds))
  if (Math.abs(clockSkewSeconds) < mostSkewSeconds) return ok('clock', 'the clock agrees with that of AWS')
  const what = `The clock of this computer is ${off} ${clockSkewSeconds > 0 ? 'fast' : 'slow'}: AWS refuses requests, and tokens expire at another time than ca-sync thinks.`
  return fault('clock', what, 'Set the clock (turn on automatic time).')
}

const tableIn = (table: unknown, ...keys: readonly string[]): Table => {
  const found = valueAt(table, ...keys)
  return isTable(found) ? found : {}
}

/** Enough to see a rule that is missing, and no more calls than AWS minds. */
const mostPackages = 20

/** The packages that a project means to have from a source: its own, and those that name the source. */
export function packagesOf(document: unknown, source: string): readonly string[] {
  const [poetry, project] = [tableIn(document, 'tool', 'poetry'), tableIn(document, 'project')]
  const isNamed = (wish: unknown, key: string) =>
    String(valueAt(wish, key) ?? '').toLowerCase() === source.toLowerCase()
  const from = (key: string, table: Table) =>
    Object.entries(table).flatMap(([name, wish]) => ([wish].flat().some((one) => isNamed(one, key)) ? [name] : []))
  const groups = Object.values(tableIn(poetry, 'group')).map((group) => tableIn(group, 'dependencies'))
  const all = [tableIn(poetry, 'dependencies'), tableIn(poetry, 'dev-dependencies'), ...groups]
  const wanted = [
    ...all.flatMap((table) => from('source', table)),
    ...from('index', tableIn(document, 'tool', 'uv', 'sources')),
  ]
  const names = [own(project, 'name') ?? own(poetry, 'name'), ...wanted].filter((name) => typeof name === 'string')
  return [...new Set(names.map(normalName))].slice(0, mostPackages)
}

/**
 * Whether a stranger can get into a package of one's own: it takes published versions and those of an upstream, and an upstream leads to a public index.
 * A package that only comes from there is somebody else's, and meant so.
 */
export function originChecks(target: Target, origins: readonly PackageOrigin[]): Check[] {
  const [open, closed] = [origins.filter(isOpen), origins.filter((one) => one.publish && !isOpen(one))]
  const list = (of: readonly PackageOrigin[]) => of.map(({ name }) => name).join(', ')
  const { name, repository } = target
  const fine = closed.length === 0 ? [] : [ok('origin', `${list(closed)}: no version of a public index comes in`, name)]
  const [first] = open
  if (first === undefined) return fine
  const message = `${repository} takes new versions of ${list(open)} from ${first.external.join(', ')}, too: who registers the name there gets installed by you.`
  return [...fine, warning('origin', message, open.map((one) => blocking(target, one)).join('\n'), name)]
}

const isOpen = ({ publish, upstream, external }: PackageOrigin): boolean => publish && upstream && external.length > 0

function blocking({ domain, owner, region, repository, identity: { base } }: Target, { name }: PackageOrigin): string {
  const profile = base.kind === 'profile' ? ` ${optionWith('--profile', base.profile)}` : ''
  const where = `--domain ${domain} --domain-owner ${owner} --repository ${repository} --region ${region}${profile}`
  return `aws codeartifact put-package-origin-configuration ${where} --format pypi --package ${name} --restrictions publish=ALLOW,upstream=BLOCK`
}
