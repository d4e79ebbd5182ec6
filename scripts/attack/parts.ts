import type { Part } from './part.ts'
import { aws } from './parts/aws.ts'
import { calls } from './parts/calls.ts'
import { errors } from './parts/errors.ts'
import { kills } from './parts/kills.ts'
import { limits } from './parts/limits.ts'
import { mixed } from './parts/mixed.ts'
import { projects } from './parts/projects.ts'
import { properties } from './parts/properties.ts'
import { soak } from './parts/soak.ts'
import { states } from './parts/states.ts'
import { tools } from './parts/tools.ts'
import { umask } from './parts/umask.ts'

export const parts: readonly Part[] = [
  kills,
  calls,
  errors,
  limits,
  umask,
  mixed,
  states,
  projects,
  aws,
  tools,
  properties,
  soak,
]
