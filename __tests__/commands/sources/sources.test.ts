import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { sourcesScenarios } from '../../scenarios/sources.ts'

sourcesScenarios(openMemoryStage)
