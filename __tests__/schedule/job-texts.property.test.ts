import type { Job } from '../../src/core/ports/schedule.ts'
import { CaSyncError } from '../../src/core/words/errors.ts'
import { launchdFiles, launchdRuns } from '../../src/schedule/launchd.ts'
import { isOurUnit, systemdFiles, systemdRuns } from '../../src/schedule/systemd.ts'
import { decodeTask, encodeTask, windowsFile, windowsRuns } from '../../src/schedule/windows.ts'
import { escapeXml, unescapeXml } from '../../src/schedule/xml.ts'
import { fc } from '../helpers/property.ts'
import { jobs } from './arbitraries.ts'

/** systemd.syntax(7) and systemd.exec(5): quotes, `%%`, and `$$` in what follows the program. */
function systemdWords(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare = '']) =>
    (quoted?.replaceAll(/\\(.)/g, '$1') ?? bare).replaceAll('%%', '%'),
  )
}

function rendered(job: Job): string | undefined {
  try {
    return systemdFiles(job)[0]?.text
  } catch (error) {
    expect(error).toBeInstanceOf(CaSyncError)
    expect(job.node).toMatch(/["'\\]/)
    return undefined
  }
}

test('a systemd unit starts what it is told to, with the variables that it is told', () => {
  fc.assert(
    fc.property(jobs, (job) => {
      const text = rendered(job)
      if (text === undefined) return
      expect(isOurUnit(text)).toBe(true)
      expect(systemdRuns(text)).toEqual({ node: job.node, program: job.program, path: job.env['PATH'] })
      const [command = ''] = [...text.matchAll(/^ExecStart=(.*)$/gm)].map(([, line = '']) => line)
      const [node, program] = systemdWords(command)
      expect([node, program?.replaceAll('$$', '$')]).toEqual([job.node, job.program])
      const variables = [...text.matchAll(/^Environment=(.*)$/gm)].flatMap(([, line = '']) => systemdWords(line))
      expect(variables).toEqual(Object.entries(job.env).map(([name, value]) => `${name}=${value}`))
      expect(text.split('\n').length).toBe(10 + variables.length)
    }),
  )
})

test('a LaunchAgent and a task of Windows say what they were told', () => {
  const quotable = jobs.map((job) => ({
    ...job,
    node: job.node.replaceAll('"', ''),
    program: job.program.replaceAll('"', ''),
  }))
  fc.assert(
    fc.property(quotable, (job) => {
      const { node, program, env } = job
      expect(launchdRuns(launchdFiles(job)[0]?.text ?? '')).toEqual({ node, program, path: env['PATH'] })
      const task = windowsFile(job, 'S-1-5-21-1').text
      expect(windowsRuns(task)).toEqual({ node, program, path: undefined })
      expect(decodeTask(encodeTask(task))).toBe(task)
    }),
  )
})

test('text in XML comes out as it went in, and makes no element', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(unescapeXml(escapeXml(text))).toBe(text)
      expect(escapeXml(text)).not.toMatch(/[<>"]|&(?!\w+;)/)
    }),
  )
})
