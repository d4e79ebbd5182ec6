import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { statusScenarios } from '../../scenarios/status.ts'

statusScenarios(openMemoryStage)
