/** Remembers what a task gave, by key: the first asker starts it and all share the outcome, a failure too. */
export function sharing<T>(): (key: string, task: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (key, task) => {
    const found = known.get(key) ?? task()
    known.set(key, found)
    return found
  }
}
