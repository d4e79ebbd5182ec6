import { execScenarios } from '../../scenarios/exec.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'

execScenarios(openMemoryStage)
