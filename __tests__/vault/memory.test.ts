import { memoryVault } from '../helpers/memory-vault.ts'
import { vaultContract } from './contract.ts'

const vault = memoryVault()
vaultContract(() => vault)
