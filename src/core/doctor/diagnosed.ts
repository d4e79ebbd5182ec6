/** What the checks of one source go by. */
export interface Diagnosed {
  /** pyproject.toml */
  readonly file: string
  /** The repository's URL; undefined where it is not known yet. */
  readonly url: string | undefined
  /** undefined where Poetry was not found. */
  readonly poetryVersion: string | undefined
  /** What runs ca-sync on this project: `ca-sync`, or with `-C` and its folder. */
  readonly self: string
  readonly isWindows: boolean
}
