import type { Context, ProjectPlace } from '../../context.ts'
import { type Check, faultOf, ok } from '../../core/doctor/check.ts'
import { emptyUserConfig, type UserConfig } from '../../core/project/settings.ts'
import { CaSyncError, caught, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { inFolder } from '../../core/words/quote.ts'
import { selectSources } from '../../survey/targets.ts'
import type { DoctorArguments } from '../arguments.ts'
import { chainChecks } from './chain.ts'
import { collectFacts } from './facts.ts'
import { rotationChecks } from './rotation.ts'
import { printChecks } from './text.ts'

/** Looks at every link between pyproject.toml and the index, in Poetry's order. It changes nothing, and nothing prompts. */
export async function doctor(context: Context, args: DoctorArguments): Promise<ExitCode> {
  const place = context.findProject(args.project)
  context.progress('Looking at all that Poetry will look at…')
  const config = await caught(() => context.userConfig())
  const settings = config instanceof CaSyncError ? emptyUserConfig : config
  const state = await caught(async () => context.store.read())
  const chain = state instanceof CaSyncError ? [] : await projectChecks(context, args, place, settings)
  const checks = [stateCheck(context), ...(config instanceof CaSyncError ? [faultOf('config', config)] : []), ...chain]
  printChecks(context, args, checks)
  return checks.some(({ status }) => status === 'fault') ? EXIT.partial : EXIT.ok
}

function stateCheck({ store }: Context): Check {
  const problem = store.problem()
  return problem === undefined ? ok('state', 'what ca-sync remembers is readable') : faultOf('state', problem)
}

async function projectChecks(
  context: Context,
  args: DoctorArguments,
  place: ProjectPlace,
  config: UserConfig,
): Promise<Check[]> {
  const project = await caught(async () => context.readProject(place))
  if (project instanceof CaSyncError) return [faultOf('pyproject', project)]
  const sources = selectSources(project, args.source)
  const names = sources.map(({ name }) => name).join(', ')
  const self = `ca-sync${inFolder(args.project === undefined ? undefined : place.folder)}`
  const [facts, rotation] = await Promise.all([
    collectFacts(context, { project, sources, config, offline: args.offline }),
    rotationChecks(context, context.store.read().projects[place.folder], { self }),
  ])
  const chain = await chainChecks(context, facts, { self, isWindows: context.host.platform === 'win32' })
  return [ok('pyproject', `${place.file}: ${names}`), ...chain, ...rotation]
}
