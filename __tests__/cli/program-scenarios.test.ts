import { openMemoryStage } from '../scenarios/memory-stage.ts'
import { programScenarios } from '../scenarios/program.ts'

programScenarios(openMemoryStage)
