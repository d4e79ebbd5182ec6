import { baseUrl } from '../../core/repository/endpoint.ts'
import { EXIT, type ExitCode } from '../../core/words/errors.ts'
import { printableLines } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { type KnownSource, knownSources } from '../../survey/known.ts'
import { surveyOf } from '../../survey/survey.ts'
import { type BoardRow, board, shownLook, table } from '../columns.ts'
import { wholeDocument } from '../documents.ts'
import { groupsOf } from '../groups.ts'
import type { LookArguments } from '../options.ts'
import { sourceReport } from '../report.ts'
import { healthOf, shortName } from '../wording.ts'

type Parts = Run & Pick<Machine, 'projects' | 'poetryFiles' | 'store' | 'userConfig'>

/** What is configured, one row a source: no AWS call, no Python, no keyring. */
export async function sources(machine: Parts, args: LookArguments): Promise<ExitCode> {
  const seen = surveyOf(machine, args)
  const { warnings } = seen.project
  const rows = (await knownSources(machine, seen, '')).map(sourceRow)
  const document = {
    sources: rows.map(({ lacks: _, ...row }) => row),
    warnings: warnings.map(printableLines),
    error: null,
  }
  const look = shownLook(machine.host)
  if (args.json) machine.host.stdout(wholeDocument(document))
  else if (!args.quiet)
    machine.host.stdout(
      look ? board(groupsOf(rows, sourceRowOnScreen), look) : table(sourceColumns, rows.map(sourceCells)),
    )
  if (!args.json) for (const warning of warnings) machine.warn(warning)
  return EXIT.ok
}

/** One source of the JSON document; what is not known is null. */
function sourceRow(one: KnownSource) {
  const { origin, declaration } = one.source
  const { name, domain, owner, region, repository, url, ready, install, publish } = sourceReport(one)
  return {
    name,
    domain,
    owner,
    region,
    repository,
    url: url ?? (declaration === undefined ? null : baseUrl(declaration.url)),
    /** The table that it is in: the plugin's, or only Poetry's own. */
    origin,
    declared: declaration !== undefined,
    priority: declaration === undefined ? null : (declaration.priority ?? 'primary'),
    ready,
    install,
    publish,
    /** Why Poetry cannot install or publish; not for the document. */
    lacks: one.verdict.lacks,
  }
}
type SourceRow = ReturnType<typeof sourceRow>

const sourceColumns = ['NAME', 'REPOSITORY', 'FROM', 'INSTALL', 'PUBLISH'] as const
const tableTitles = { plugin: "the plugin's table", poetry: '[[tool.poetry.source]]' }

const installText = ({ install, declared, priority, lacks: [lack] }: SourceRow): string =>
  install ? `yes, ${priority}` : `no: ${lack?.brief ?? (declared ? 'another URL' : 'not declared')}`
const publishText = ({ publish, lacks }: SourceRow): string =>
  publish ? 'yes' : `no: ${lacks.at(-1)?.brief ?? 'type ca-sync'}`

const sourceCells = (source: SourceRow): readonly string[] => [
  source.name,
  `${shortName(source)} (${source.region})`,
  tableTitles[source.origin],
  installText(source),
  publishText(source),
]

const sourceRowOnScreen = (source: SourceRow, repository: string): BoardRow => ({
  health: healthOf({ ...source, ready: true }),
  name: source.name,
  cells: [
    `${repository && `${repository}; `}install: ${installText(source)}; publish: ${publishText(source)}; in ${tableTitles[source.origin]}`,
  ],
})
