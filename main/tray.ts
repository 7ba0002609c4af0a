import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Menu, type NativeImage, nativeImage, Tray } from 'electron'
import type { PanelAgent } from './agents.ts'
import { type MenuActions, type TrayState, trayMenu, trayState } from './menu.ts'

/** Linux trays are 22 pixels high, others 16; the 32 pixel drawing is for screens of a higher density. */
function icon(assetsDir: string, state: TrayState): NativeImage {
  const base = process.platform === 'linux' ? 22 : 16
  const image = nativeImage.createEmpty()
  for (const size of [base, 32]) {
    const buffer = readFileSync(join(assetsDir, `tray-${state}-${size}.png`))
    image.addRepresentation({ scaleFactor: size / base, width: size, height: size, buffer })
  }
  return image
}

export interface PanelTray {
  /** Shows this agent until the signal is aborted, and none after it. */
  follow(agent: PanelAgent, signal: AbortSignal): Promise<void>
  close(): void
}

/** The icon is there as long as the app is; the window may be closed. */
export function openTray(assetsDir: string, actions: MenuActions): PanelTray {
  const images = new Map<TrayState, NativeImage>()
  const imageOf = (state: TrayState): NativeImage => {
    const image = images.get(state) ?? icon(assetsDir, state)
    images.set(state, image)
    return image
  }
  const tray = new Tray(imageOf('none'))
  tray.on('click', () => actions.open())
  let shown = ''
  const show = (agent: PanelAgent | undefined): void => {
    const services = agent?.services() ?? []
    const template = trayMenu(services, actions, agent ? (agent.own ? 'own' : 'other') : 'none')
    const state = trayState(services)
    // Usage changes each second; a menu that is open would close each time it is replaced.
    const drawn = JSON.stringify([state, template])
    if (drawn === shown || tray.isDestroyed()) return
    shown = drawn
    tray.setImage(imageOf(state))
    tray.setToolTip(`HXE: ${template[0]?.label ?? ''}`)
    tray.setContextMenu(Menu.buildFromTemplate(template))
  }
  show(undefined)
  return {
    async follow(agent, signal) {
      show(agent)
      try {
        for await (const _ of agent.changes(signal)) show(agent)
      } finally {
        show(undefined)
      }
    },
    close: () => tray.destroy(),
  }
}
