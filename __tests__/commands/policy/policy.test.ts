import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { policyScenarios } from '../../scenarios/policy.ts'

policyScenarios(openMemoryStage)
