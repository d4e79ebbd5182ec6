import type { Env } from '../ports/full-path.ts'

/** What may be named so, as botocore takes it (configloader.py); other variables of AWS's mean what they say. */
const expandable = /^AWS_(?:CONFIG|SHARED_CREDENTIALS)_FILE$/

/** The path that a variable of AWS's names, with `$NAME`, `${NAME}` and `~` filled in. */
export function placeOfAws(name: string, env: Env, home: string): string | undefined {
  const path = env[name] || undefined
  if (!expandable.test(name)) return path
  const filled = path?.replaceAll(/\$(?:(\w+)|\{(\w+)\})/g, (as, bare, braced) => env[bare ?? braced] ?? as)
  return filled?.replace(/^~(?=[\\/]|$)/, () => home)
}
