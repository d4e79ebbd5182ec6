import type { WindowsResult } from './run.ts'

/** An item of the Credential Manager. */
export interface Credential {
  readonly target: string
  readonly user: string
}

const list = `
import json
from win32ctypes.pywin32 import win32cred
try:
    found = win32cred.CredEnumerate()
except Exception:
    found = []
print(json.dumps([{"target": one["TargetName"], "user": one["UserName"]} for one in found]))
`

/** What the Credential Manager holds. @param python - runs code with the Python of Windows */
export const credentials = async (python: (code: string) => Promise<WindowsResult>): Promise<readonly Credential[]> =>
  JSON.parse((await python(list)).stdout)
