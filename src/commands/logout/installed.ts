import type { Context } from '../../context.ts'
import { hookedShells, lookForJob } from '../../survey/job.ts'

const isScheduled = async (context: Context): Promise<boolean> =>
  (await lookForJob(context)).installed.state !== 'missing'

const isHooked = async (context: Context): Promise<boolean> => (await hookedShells(context)).length > 0

/** What stays installed when nothing is left to renew. Where it cannot be seen, nothing is said. */
export async function tellInstalled(context: Context): Promise<void> {
  const no = () => false
  const commands = [
    ...((await isScheduled(context).catch(no)) ? ['ca-sync schedule uninstall'] : []),
    ...((await isHooked(context).catch(no)) ? ['ca-sync hook uninstall'] : []),
  ]
  if (commands.length > 0)
    context.host.stdout(`What renews tokens stays installed. To remove it, type: ${commands.join(' && ')}\n`)
}
