/** What is to happen, in order of time. */
export interface Timeline {
  /** Epoch milliseconds of what happens now. */
  now(): number
  at(time: number, act: () => void): void
  /** Lets everything happen up to a time. */
  runUntil(end: number): void
}

interface Event {
  readonly time: number
  readonly act: () => void
}

/** A binary heap: a fleet has some millions of events. */
export function timeline(start: number): Timeline {
  const heap: Event[] = []
  let now = start
  const timeOf = (index: number): number => heap[index]?.time ?? Number.POSITIVE_INFINITY

  function swap(a: number, b: number): void {
    const [left, right] = [heap[a], heap[b]]
    if (left === undefined || right === undefined) return
    heap[a] = right
    heap[b] = left
  }

  function rise(index: number): void {
    const parent = (index - 1) >> 1
    if (index === 0 || timeOf(parent) <= timeOf(index)) return
    swap(index, parent)
    rise(parent)
  }

  function sink(index: number): void {
    const left = 2 * index + 1
    const least = timeOf(left + 1) < timeOf(left) ? left + 1 : left
    if (timeOf(index) <= timeOf(least)) return
    swap(index, least)
    sink(least)
  }

  function take(): Event | undefined {
    const first = heap[0]
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) heap[0] = last
    sink(0)
    return first
  }

  return {
    now: () => now,
    at(time, act) {
      heap.push({ time: Math.max(time, now), act })
      rise(heap.length - 1)
    },
    runUntil(end) {
      while (timeOf(0) <= end) {
        const event = take()
        now = event?.time ?? now
        event?.act()
      }
    },
  }
}
