/** The programs that can be given their variables. */
export const tools = ['poetry', 'uv', 'pip', 'twine'] as const
export type Tool = (typeof tools)[number]

/** For whom variables can be written down. */
export const formatNames = ['sh', 'fish', 'powershell', 'dotenv', 'github', 'json'] as const
export type FormatName = (typeof formatNames)[number]
