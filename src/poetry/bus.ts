import type { Env } from '../core/ports/full-path.ts'
import type { Shadow } from '../core/ports/poetry-files.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { present } from '../core/words/present.ts'
import { shellWord } from '../core/words/quote.ts'
import { busAddress } from '../programs/environment.ts'
import { problemError } from './keyring/problems.ts'

const busVariable = 'DBUS_SESSION_BUS_ADDRESS'
const exportIt = (address: string): string => `Type: export ${busVariable}=${shellWord(address)}`

/** Python's keyring finds the session bus by the variable only; what asks another store needs none. @param address - of the bus that is there */
export function busShadow(address: string | undefined, env: Env, backend: string | undefined): Shadow[] {
  if (address === undefined || env[busVariable] || !/^$|SecretService|chainer/.test(backend ?? '')) return []
  const message = `The environment variable ${busVariable} is not set, so Poetry does not find your keyring from this shell.`
  return [{ kind: 'bus', where: busVariable, passing: true, message, hint: exportIt(address) }]
}

/** Why there is no session bus in a shell that has none. */
export function busError(env: Env, uid: number | undefined): CaSyncError {
  const detail = env[busVariable]
  const kind = !detail ? 'no-bus' : /^(?:autolaunch|disabled):/.test(detail) ? 'bus-off' : 'lost-bus'
  const problem = problemError(present({ kind, detail }), '')
  const { code, hint } = problem
  const message = detail
    ? problem.message
    : "There is no session bus in this shell: Poetry's keyring was not given the token here."
  const other = busAddress({ ...env, [busVariable]: undefined }, uid)
  return new CaSyncError(code, message, { hint: other === undefined ? hint : exportIt(other), passing: true })
}
