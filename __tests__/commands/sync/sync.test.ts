import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { syncScenarios } from '../../scenarios/sync.ts'

syncScenarios(openMemoryStage)
