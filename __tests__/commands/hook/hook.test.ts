import { hookScenarios } from '../../scenarios/hook.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'

hookScenarios(openMemoryStage)
