import { jest } from '@jest/globals'
import { badProjectScenarios, someBad } from '../scenarios/bad-projects.ts'
import { openStage } from './stage.ts'

jest.setTimeout(120_000)

badProjectScenarios(openStage, someBad)
