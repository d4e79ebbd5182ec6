import type { RunOptions, RunResult } from '../../scripts/testbed/run.ts'

/** A machine of its own with one project, and what a scenario may do there: the real one (e2e/stage.ts), or in memory. */
export interface AnyStage {
  readonly env: Readonly<Record<string, string>>
  readonly home: string
  /** The folder of the example project, whose sources are dev, qa and prod. */
  readonly project: string
  /** Poetry's config folder. */
  readonly config: string
  readonly state: string
  /** The URL of the example's repository. */
  readonly url: string
  repositoryUrl(domain: string, repository: string): string
  caSync(words: readonly string[], call?: Partial<RunOptions>): Promise<RunResult>
  /** Runs `watch` until a line of its output matches, then stops it; gives its output. */
  watch(words: readonly string[], seen: RegExp): Promise<string>
  /** Makes a project and gives its folder. */
  makeProject(name: string, pyproject: string): Promise<string>
  read(path: string): Promise<string>
  /** What the keyring holds: secrets by service. */
  entries(): Promise<Readonly<Record<string, string>>>
  /** The tokens that AWS has given, the newest last. */
  tokens(): readonly string[]
  /** From now on AWS gives no token. */
  denyTokens(): void
  letPass(hours: number): Promise<void>
  lockKeyring(): Promise<void>
  close(): Promise<void>
}

export type OpenStage = () => Promise<AnyStage>

/** Opens a stage for each test; gives the one of now. */
export function eachOn<T extends AnyStage>(open: () => Promise<T>): () => T {
  let stage: T
  beforeEach(async () => {
    stage = await open()
  })
  afterEach(() => stage.close())
  return () => stage
}

/** The host of the example's domain, under which Poetry finds the token. */
export const hostOf = ({ url }: Pick<AnyStage, 'url'>): string => new URL(url).host

/** A run that did its work and had nothing to say. */
export const silent = { code: 0, stdout: '', stderr: '' }

/** The run's own document. */
export const documentOf = ({ stdout }: Pick<RunResult, 'stdout'>) => JSON.parse(stdout)
