import { jest } from '@jest/globals'
import { doctorScenarios } from '../scenarios/doctor.ts'
import { execScenarios } from '../scenarios/exec.ts'
import { hookScenarios } from '../scenarios/hook.ts'
import { logoutScenarios } from '../scenarios/logout.ts'
import { policyScenarios } from '../scenarios/policy.ts'
import { programScenarios } from '../scenarios/program.ts'
import { scheduleScenarios } from '../scenarios/schedule.ts'
import { sourcesScenarios } from '../scenarios/sources.ts'
import { statusScenarios } from '../scenarios/status.ts'
import { syncScenarios } from '../scenarios/sync.ts'
import { watchScenarios } from '../scenarios/watch.ts'
import { openStage } from './stage.ts'

jest.setTimeout(120_000)

// What holds in memory (__tests__/commands/) holds with a real keyring, Poetry and the built program.
syncScenarios(openStage)
statusScenarios(openStage)
doctorScenarios(openStage)
execScenarios(openStage)
logoutScenarios(openStage)
sourcesScenarios(openStage)
policyScenarios(openStage)
hookScenarios(openStage)
scheduleScenarios(openStage)
watchScenarios(openStage)
programScenarios(openStage)
