import { CaSyncError, type ErrorCode } from '../../core/words/errors.ts'

// Nothing may follow a command that people copy.
const endsInCommand = /: (?:aws|ca-sync) [^;,\n]*$/

const sentence = (text: string): string => (/[.?!…]$/.test(text) || endsInCommand.test(text) ? text : `${text}.`)

/** An error of this folder, as whole sentences: the rules here put them together from parts. */
export const refusal = (code: ErrorCode, message: string, hint: string, cause?: unknown, retryAfterSeconds?: number) =>
  new CaSyncError(code, sentence(message), { hint: sentence(hint), cause, retryAfterSeconds })
