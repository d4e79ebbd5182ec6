/** Items by what they have in common, each group as its first item is, in their order. */
export function grouped<T, K>(items: readonly T[], key: (item: T) => K): [key: K, items: [T, ...T[]]][] {
  const groups = new Map<K, [T, ...T[]]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return [...groups]
}
