import type { StageOptions } from '../../__tests__/e2e/stage.ts'
import type { Random } from '../random.ts'
import type { Bench } from './bench.ts'

/** One thing that is done to ca-sync. */
export interface Try {
  /** By this it is repeated. */
  readonly name: string
  /** Throws where something did not hold; gives how many tries it stands for, if more than one. @param random - fixed by the seed and the name */
  run(bench: Bench, random: Random): Promise<number | undefined>
}

/** Tries of one kind. */
export interface Part {
  readonly name: string
  /** How long all of it takes on two cores, in seconds: its share of the time that there is. */
  readonly seconds: number
  readonly stage?: StageOptions
  /**
   * @param bench - a machine to find out what there is to try
   * @param few - only to see that the part works
   */
  tries(random: Random, bench: Bench, few: boolean): Promise<readonly Try[]> | readonly Try[]
}
