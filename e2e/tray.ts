import { Bus, type Message, sessionBusPath, type Value, Variant } from '../main/bus/index.ts'

const watcherName = 'org.kde.StatusNotifierWatcher'
const menuInterface = 'com.canonical.dbusmenu'
const itemInterface = 'org.kde.StatusNotifierItem'

/** An item of a tray's menu as its desktop has it. */
export interface MenuItem {
  id: number
  label: string
  enabled: boolean
  items: MenuItem[]
}

type Layout = [number, [string, Variant][], Variant[]]

/** The part of a desktop that shows tray icons: a watcher on the session bus, and what it does with a menu. */
export class TrayHost {
  readonly #bus: Bus
  #item: { destination: string; path: string } | undefined
  #layouts = 0

  private constructor(bus: Bus) {
    this.#bus = bus
  }

  static async open(): Promise<TrayHost> {
    const bus = await Bus.open(sessionBusPath(process.env) ?? '')
    const host = new TrayHost(bus)
    bus.serve((call) => host.#answer(call))
    await bus.listen(`type='signal',interface='${menuInterface}'`, ({ member }) => {
      if (member === 'LayoutUpdated') host.#layouts++
    })
    await bus.own(watcherName)
    bus.emit('/StatusNotifierWatcher', watcherName, 'StatusNotifierHostRegistered', '', [])
    return host
  }

  /** How often the menu was laid out anew: an open menu is closed by that. */
  get layouts(): number {
    return this.#layouts
  }

  get hasItem(): boolean {
    return this.#item !== undefined
  }

  async menu(): Promise<MenuItem[]> {
    const [, root] = (await this.#callMenu('GetLayout', 'iias', [0, -1, []])) as [number, Layout]
    return itemOf(root).items
  }

  /** Clicks an item by its labels, each of which may be a beginning. False where there is none, or it is grey. */
  async click(...labels: string[]): Promise<boolean> {
    const found = await this.#find(labels)
    if (!found?.enabled) return false
    await this.#event(found.id, 'clicked')
    return true
  }

  /** Opens the menu as a desktop does. */
  async openMenu(): Promise<void> {
    await this.#callMenu('AboutToShow', 'i', [0])
    await this.#event(0, 'opened')
  }

  closeMenu(): Promise<void> {
    return this.#event(0, 'closed')
  }

  /** A property of the icon, such as `ToolTip` or `IconPixmap`. */
  async property(name: string): Promise<Value> {
    const item = this.#known()
    const target = { ...item, interface: 'org.freedesktop.DBus.Properties', member: 'Get' }
    const [value] = await this.#bus.call({ ...target, signature: 'ss', body: [itemInterface, name] })
    return (value as Variant).value
  }

  close(): void {
    this.#bus.close()
  }

  async #find(labels: readonly string[]): Promise<MenuItem | undefined> {
    let items = await this.menu()
    let found: MenuItem | undefined
    for (const label of labels) {
      found = items.find((item) => item.label.startsWith(label))
      items = found?.items ?? []
    }
    return found
  }

  async #event(id: number, event: string): Promise<void> {
    await this.#callMenu('Event', 'isvu', [id, event, new Variant('i', 0), 0])
  }

  async #callMenu(member: string, signature: string, body: Value[]): Promise<Value[]> {
    const path = String(await this.property('Menu'))
    const { destination } = this.#known()
    return this.#bus.call({ destination, path, interface: menuInterface, member, signature, body })
  }

  #known(): { destination: string; path: string } {
    if (!this.#item) throw new Error('No icon has been registered')
    return this.#item
  }

  #answer({ member, body, sender }: Message): { signature: string; body: Value[] } | undefined {
    if (member === 'RegisterStatusNotifierItem') {
      const named = String(body[0])
      this.#item = named.startsWith('/')
        ? { destination: sender ?? '', path: named }
        : { destination: named, path: '/StatusNotifierItem' }
      return { signature: '', body: [] }
    }
    if (member === 'RegisterStatusNotifierHost') return { signature: '', body: [] }
    const properties: readonly [string, Variant][] = [
      ['IsStatusNotifierHostRegistered', new Variant('b', true)],
      ['ProtocolVersion', new Variant('i', 0)],
      ['RegisteredStatusNotifierItems', new Variant('as', [])],
    ]
    if (member === 'GetAll') return { signature: 'a{sv}', body: [properties.map((property) => [...property])] }
    const found = properties.find(([name]) => member === 'Get' && name === body[1])
    return found && { signature: 'v', body: [found[1]] }
  }
}

function itemOf([id, properties, children]: Layout): MenuItem {
  const value = (name: string): Value | undefined => properties.find(([known]) => known === name)?.[1].value
  return {
    id,
    // An underscore marks a key to press, two are one.
    label: String(value('label') ?? '').replaceAll(/_(.)/g, '$1'),
    enabled: value('enabled') !== false,
    items: children.map((child) => itemOf(child.value as Layout)),
  }
}
