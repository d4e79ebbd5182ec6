import { doctorScenarios } from '../../scenarios/doctor.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'

doctorScenarios(openMemoryStage)
