import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { addCommand } from './carry.mjs'
import { setShippingFuses } from './fuses.mjs'

/** electron-builder's hook between packing and signing. */
export default async function afterPack(context) {
  const { appOutDir, electronPlatformName: platform, packager } = context
  const resources =
    platform === 'darwin'
      ? join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Resources')
      : join(appOutDir, 'resources')
  // The launcher of the runtime for development, where that is what was packed.
  if (platform === 'linux')
    rmSync(join(resources, 'app'), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  await setShippingFuses(context)
  if (platform === process.platform) addCommand(resources)
}
