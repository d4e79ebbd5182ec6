import type { Machine } from '../../machine.ts'
import { hookedShells, lookForJob } from '../../survey/job.ts'

type Parts = Pick<Machine, 'host' | 'startup'>

const isScheduled = async (machine: Pick<Machine, 'scheduling'>): Promise<boolean> =>
  (await lookForJob(machine)).installed.state !== 'missing'

const isHooked = async (machine: Parts): Promise<boolean> => (await hookedShells(machine)).length > 0

/** What stays installed when nothing is left to renew. Where it cannot be seen, nothing is said. */
export async function tellInstalled(machine: Pick<Machine, 'host' | 'scheduling' | 'startup'>): Promise<void> {
  const no = () => false
  const commands = [
    ...((await isScheduled(machine).catch(no)) ? ['ca-sync schedule uninstall'] : []),
    ...((await isHooked(machine).catch(no)) ? ['ca-sync hook uninstall'] : []),
  ]
  if (commands.length > 0)
    machine.host.stdout(`What renews tokens stays installed. To remove it, type: ${commands.join(' && ')}\n`)
}
