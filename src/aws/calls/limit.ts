/** Thrown by `within` when its time is over. */
export class LateError extends Error {
  override readonly name = 'LateError'
}

/** Runs a task that must end in `limitMs` milliseconds: then its signal aborts, and LateError is thrown whatever the task does. */
export async function within<T>(limitMs: number, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new LateError(`no end within ${limitMs} ms`))
      controller.abort()
    }, limitMs)
  })
  try {
    return await Promise.race([task(controller.signal), late])
  } finally {
    clearTimeout(timer)
  }
}
