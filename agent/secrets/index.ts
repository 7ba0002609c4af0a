export { isSealed, SealError } from './seal.ts'
export { openVault, type Vault } from './vault.ts'
