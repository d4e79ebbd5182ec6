import { badProjectScenarios } from '../../scenarios/bad-projects.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'

badProjectScenarios(openMemoryStage)
