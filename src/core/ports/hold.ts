/** The lock, while this run has it. */
export interface Hold {
  /** Another run waits for it. */
  isWanted(): boolean
  /** Lets the run that waits have it first, and takes it again. Throws CaSyncError BUSY. After that everything may be different. */
  giveWay(): Promise<void>
  /** Writes what of the state was put off, and gives the lock back. */
  release(): Promise<void>
}
