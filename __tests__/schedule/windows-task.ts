import { windowsFile } from '../../src/schedule/windows.ts'
import { job } from './jobs.ts'

export const sid = 'S-1-5-21-1004336348-1177238915-682003330-1001'
/** Paths that XML and Windows have to quote. */
export const programs = {
  node: 'C:\\Program Files\\nodejs\\node.exe',
  program: "C:\\Users\\K & J's <é>\\AppData\\Roaming\\npm\\node_modules\\ca-sync\\dist\\main.cjs",
}
export const { name, text } = windowsFile(job(programs), sid)
