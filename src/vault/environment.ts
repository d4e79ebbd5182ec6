import { busAddress } from '../core/bus.ts'
import { isOwnSocket } from '../files/socket.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What the child needs of the environment: no AWS keys, none of Node's switches (an extra CA bundle alone doubles its start), and the bus. */
export function childEnvironment(env: Environment, uid: number | undefined): Record<string, string> {
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && !/^(AWS|NODE)_/i.test(name)) as [
    string,
    string,
  ][]
  const bus = busAddress(env, uid, (path) => isOwnSocket(path, uid))
  return { ...Object.fromEntries(kept), ...(bus !== undefined && { DBUS_SESSION_BUS_ADDRESS: bus }) }
}
