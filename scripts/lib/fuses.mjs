import { join } from 'node:path'
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses'

const executables = {
  darwin: ({ appOutDir, packager }) => join(appOutDir, `${packager.appInfo.productFilename}.app`),
  win32: ({ appOutDir, packager }) => join(appOutDir, `${packager.appInfo.productFilename}.exe`),
  linux: ({ appOutDir, packager }) => join(appOutDir, packager.executableName),
}

/** What a shipped app may not be made to do by its environment, its command line or a changed file. */
export async function setShippingFuses(context) {
  const platform = context.electronPlatformName
  const archiveIsChecked = platform !== 'linux'
  await flipFuses(executables[platform](context), {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: platform === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: archiveIsChecked,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  })
}
