/** The number of single-character edits between two words; swapping two neighbours is one edit (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(costAt(above, j) + 1, costAt(row, j - 1) + 1, costAt(above, j - 1) + (same ? 0 : 1))
      if (swapped) row[j] = Math.min(costAt(row, j), costAt(before, j - 2) + 1)
    }
    before = above
    above = row
  }
  return costAt(above, b.length)
}

const costAt = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY

/** The known word that the user most likely meant: at most two edits away, one in a short word, case aside. */
export function closest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 100) return undefined
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate) }))
    .filter(({ candidate, edits }) => edits <= (candidate.length > 6 ? 2 : 1))
    .sort((a, b) => a.edits - b.edits)
  return ranked[0]?.candidate
}
