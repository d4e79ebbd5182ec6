/** What a look gives; `otherwise` where it fails, for whatever reason. */
export function orElse<T, U>(look: () => T, otherwise: U): T | U {
  try {
    return look()
  } catch {
    return otherwise
  }
}
