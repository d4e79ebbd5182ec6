import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { scheduleScenarios } from '../../scenarios/schedule.ts'

scheduleScenarios(openMemoryStage)
