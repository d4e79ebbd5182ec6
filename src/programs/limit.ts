/** Thrown by `within` when its time is over. */
export class LateError extends Error {
  override readonly name = 'LateError'
}

/**
 * Runs a task that must end in `limitMs` milliseconds: then its signal aborts, and an error is thrown whatever the task does.
 * @param late - makes the error
 */
export async function within<T>(
  limitMs: number,
  task: (signal: AbortSignal) => Promise<T>,
  late: () => Error = () => new LateError(`no end within ${limitMs} ms`),
): Promise<T> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late())
      controller.abort()
    }, limitMs)
  })
  try {
    return await Promise.race([task(controller.signal), end])
  } finally {
    clearTimeout(timer)
  }
}
