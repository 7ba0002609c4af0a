import { join } from 'node:path'
import { Menu, nativeImage, Tray } from 'electron'
import type { Core } from '../agent/core.ts'
import type { Service } from '../contract/index.ts'
import { type MenuActions, trayMenu, trayState } from './menu.ts'

/** Follows the agent's state until the signal is aborted; the window may be closed. */
export async function followTray(
  core: Core,
  assetsDir: string,
  actions: MenuActions,
  signal: AbortSignal,
): Promise<void> {
  const icon = (services: readonly Service[]) =>
    nativeImage.createFromPath(join(assetsDir, `tray-${trayState(services)}-22.png`))
  const tray = new Tray(icon(core.listServices()))
  tray.on('click', () => actions.open())
  let shown = ''
  const show = (): void => {
    const services = core.listServices()
    const template = trayMenu(services, actions)
    // Usage changes each second; a menu that is open would close each time it is replaced.
    const labels = JSON.stringify(template)
    if (labels === shown) return
    shown = labels
    tray.setImage(icon(services))
    tray.setToolTip(`HXE: ${template[0]?.label ?? ''}`)
    tray.setContextMenu(Menu.buildFromTemplate(template))
  }
  show()
  try {
    for await (const _ of core.state.watch(undefined, signal)) show()
  } finally {
    tray.destroy()
  }
}
