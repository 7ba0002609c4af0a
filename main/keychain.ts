import { safeStorage } from 'electron'
import type { Keychain } from '../agent/secrets/index.ts'

const names: Readonly<Record<string, string>> = {
  darwin: 'the keychain of this Mac',
  win32: 'the Windows data protection of your account',
  gnome_libsecret: 'the keyring of your desktop',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
}

/** Where Electron finds no keyring it would seal with a password that everybody knows (`basic_text`): that is none. */
const backend = (): string =>
  process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : process.platform

/** The keychain of the desktop that the window is on. */
export const desktopKeychain: Keychain = {
  look() {
    const name = names[backend()]
    return { usable: name !== undefined && safeStorage.isEncryptionAvailable(), name: name ?? '' }
  },
  seal: (text) => safeStorage.encryptString(text).toString('base64'),
  open: (sealed) => safeStorage.decryptString(Buffer.from(sealed, 'base64')),
}
