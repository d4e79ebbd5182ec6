import type { Job } from '../../src/core/ports/schedule.ts'

/** Paths that every format has to quote in its own way. */
export const oddFolder = `/opt/a b/%h $HOME "q" 'p' <&>`

export const job = (more: Partial<Job> = {}): Job => ({
  node: '/usr/bin/node',
  program: '/usr/local/bin/ca-sync',
  env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  minute: 7,
  second: 23,
  home: '/home/kim',
  watch: '/home/kim/.aws/sso/cache',
  loginCache: undefined,
  ...more,
})
