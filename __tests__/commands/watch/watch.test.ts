import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { watchScenarios } from '../../scenarios/watch.ts'

watchScenarios(openMemoryStage)
