export { Credentials, type Keychain } from './credentials.ts'
export { isSealed, SealError } from './seal.ts'
export { openVault, type Vault } from './vault.ts'
