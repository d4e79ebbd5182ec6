import { openMemoryStage } from '../scenarios/memory-stage.ts'
import { oddStateScenarios } from '../scenarios/odd-states.ts'

oddStateScenarios(openMemoryStage)
