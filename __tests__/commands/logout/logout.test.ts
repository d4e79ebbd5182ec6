import { logoutScenarios } from '../../scenarios/logout.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'

logoutScenarios(openMemoryStage)
