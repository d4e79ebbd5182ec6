/** The numbers that a version starts with: those of `2.5.1` or `2.0.0b1`. */
const numbers = (version: string): number[] => (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number)

/** Whether a version is this one or newer; what comes after its numbers (`rc1`) does not count. An unknown version is taken for new. */
export function atLeast(version: string | undefined, least: string): boolean {
  if (version === undefined) return true
  const [found, wanted] = [numbers(version), numbers(least)]
  const at = wanted.findIndex((part, index) => part !== (found[index] ?? 0))
  return at === -1 || (found[at] ?? 0) > (wanted[at] ?? 0)
}
