import { memoryVault } from '../../scripts/testbed/memory-parts.ts'
import { vaultContract } from './contract.ts'

const vault = memoryVault()
vaultContract(() => vault)
