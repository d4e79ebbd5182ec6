type Part<T, IsOptional> = {
  [K in keyof T as (undefined extends T[K] ? true : false) extends IsOptional ? K : never]: T[K]
}
type Present<T> = Part<T, false> & { [K in keyof Part<T, true>]?: Exclude<T[K], undefined> }

/** The same without what is undefined: a property that may be missing is there, or it is not. */
export const present = <const T extends object>(fields: T): Present<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
