import { join } from 'node:path'

/** A path in this checkout; ./scripts/* and npm run everything from its top. */
export const checkout = (...path: string[]): string => join(process.cwd(), ...path)
