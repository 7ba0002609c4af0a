import { Bus, type Message, sessionBusPath, type Value, Variant } from '../bus/index.ts'
import { MenuLayout } from './layout.ts'
import type { TrayItem } from './menu.ts'

const watcher = { destination: 'org.kde.StatusNotifierWatcher', path: '/StatusNotifierWatcher' } as const
const itemInterface = 'org.kde.StatusNotifierItem'
const itemPath = '/StatusNotifierItem'
const menuInterface = 'com.canonical.dbusmenu'
const menuPath = '/MenuBar'
const nothing = { signature: '', body: [] }

export interface Look {
  pixels: readonly [number, number, Buffer][]
  tip: string
  items: readonly TrayItem[]
}

export interface Notifier {
  show(look: Look): void
  /** Whether a desktop shows the icon at this moment. */
  isShown(): Promise<boolean>
  close(): void
}

/**
 * The icon and its menu on the session bus, as Linux desktops want them. Electron's own Tray there replaces the whole
 * menu to change a word, which closes one that is open (electron 4801), and does not notice a desktop that comes later.
 */
export async function openNotifier(onActivate: () => void): Promise<Notifier | undefined> {
  const path = sessionBusPath(process.env)
  if (path === undefined) return undefined
  const bus = await Bus.open(path)
  const notifier = new BusNotifier(bus, onActivate)
  await notifier.begin()
  return notifier
}

class BusNotifier implements Notifier {
  readonly #bus: Bus
  readonly #layout = new MenuLayout()
  readonly #name = `org.kde.StatusNotifierItem-${process.pid}-1`
  readonly #activate: () => void
  #look: Look = { pixels: [], tip: 'HXE', items: [] }

  constructor(bus: Bus, onActivate: () => void) {
    this.#bus = bus
    this.#activate = onActivate
  }

  async begin(): Promise<void> {
    this.#bus.serve((call) => this.#answer(call))
    await this.#bus.own(this.#name)
    await this.#bus.listen(
      `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${watcher.destination}'`,
      ({ member, body: [name, , owner] }) => {
        if (member === 'NameOwnerChanged' && name === watcher.destination && owner !== '') void this.#register()
      },
    )
    if (await this.#bus.hasOwner(watcher.destination)) await this.#register()
  }

  show(look: Look): void {
    const before = this.#look
    this.#look = look
    if (!isSame(before.pixels, look.pixels)) this.#bus.emit(itemPath, itemInterface, 'NewIcon', '', [])
    if (before.tip !== look.tip) this.#bus.emit(itemPath, itemInterface, 'NewToolTip', '', [])
    const changed = this.#layout.update(look.items)
    if (changed === 'anew') this.#laidOutAnew()
    else if (changed.length > 0)
      this.#bus.emit(menuPath, menuInterface, 'ItemsPropertiesUpdated', 'a(ia{sv})a(ias)', [
        this.#layout.properties(changed),
        [],
      ])
  }

  async isShown(): Promise<boolean> {
    const call = { ...watcher, interface: 'org.freedesktop.DBus.Properties', member: 'Get', signature: 'ss' }
    try {
      const [shown] = await this.#bus.call({ ...call, body: [watcher.destination, 'IsStatusNotifierHostRegistered'] })
      return shown instanceof Variant && shown.value === true
    } catch {
      // Nobody watches for icons, or it has just gone.
      return false
    }
  }

  close(): void {
    this.#bus.close()
  }

  async #register(): Promise<void> {
    const call = { ...watcher, interface: watcher.destination, member: 'RegisterStatusNotifierItem' }
    await this.#bus.call({ ...call, signature: 's', body: [this.#name] }).catch((error: unknown) => {
      console.warn('The desktop does not take the icon:', error)
    })
  }

  #laidOutAnew(): void {
    this.#bus.emit(menuPath, menuInterface, 'LayoutUpdated', 'ui', [this.#layout.revision, 0])
  }

  #answer(call: Message): { signature: string; body: Value[] } | undefined {
    if (call.interface === 'org.freedesktop.DBus.Properties') return this.#property(call)
    if (call.path === menuPath) return this.#menu(call)
    if (call.path !== itemPath) return undefined
    if (call.member === 'Activate') this.#activate()
    return ['Activate', 'SecondaryActivate', 'ContextMenu', 'Scroll'].includes(call.member ?? '') ? nothing : undefined
  }

  #property({ path, member, body: [, name] }: Message): { signature: string; body: Value[] } | undefined {
    const known = path === menuPath ? menuProperties : this.#itemProperties()
    if (member === 'GetAll') return { signature: 'a{sv}', body: [known] }
    const [, value] = known.find(([key]) => member === 'Get' && key === name) ?? []
    return value && { signature: 'v', body: [value] }
  }

  #itemProperties(): [string, Variant][] {
    const { pixels, tip } = this.#look
    return [
      ['Category', new Variant('s', 'ApplicationStatus')],
      ['Id', new Variant('s', 'hxe')],
      ['Title', new Variant('s', 'HXE')],
      ['Status', new Variant('s', 'Active')],
      ['WindowId', new Variant('i', 0)],
      ['IconName', new Variant('s', '')],
      [
        'IconPixmap',
        new Variant(
          'a(iiay)',
          pixels.map(([width, height, bytes]) => [width, height, [...bytes]]),
        ),
      ],
      ['OverlayIconName', new Variant('s', '')],
      ['AttentionIconName', new Variant('s', '')],
      ['ToolTip', new Variant('(sa(iiay)ss)', ['', [], 'HXE', tip])],
      ['ItemIsMenu', new Variant('b', false)],
      ['Menu', new Variant('o', menuPath)],
    ]
  }

  #menu({ member, body }: Message): { signature: string; body: Value[] } | undefined {
    const [first, second] = body
    switch (member) {
      case 'GetLayout':
        return { signature: 'u(ia{sv}av)', body: [this.#layout.revision, this.#layout.layout(Number(first))] }
      case 'GetGroupProperties':
        return { signature: 'a(ia{sv})', body: [this.#layout.properties(first as number[])] }
      case 'AboutToShow':
        return { signature: 'b', body: [this.#layout.aboutToOpen(Number(first))] }
      case 'AboutToShowGroup': {
        const anew = (first as number[]).filter((number) => this.#layout.aboutToOpen(number))
        return { signature: 'aiai', body: [anew, []] }
      }
      case 'Event':
        this.#event(Number(first), String(second))
        return nothing
      case 'EventGroup':
        for (const [number, event] of first as [number, string][]) this.#event(number, event)
        return { signature: 'ai', body: [[]] }
      default:
        return undefined
    }
  }

  #event(number: number, event: string): void {
    if (event === 'clicked') this.#layout.click(number)
    else if (event === 'opened') this.#layout.opened(number)
    else if (event === 'closed' && this.#layout.closed(number) === 'anew') this.#laidOutAnew()
  }
}

const menuProperties: [string, Variant][] = [
  ['Version', new Variant('u', 3)],
  ['TextDirection', new Variant('s', 'ltr')],
  ['Status', new Variant('s', 'normal')],
  ['IconThemePath', new Variant('as', [])],
]

const isSame = (a: Look['pixels'], b: Look['pixels']): boolean =>
  a.length === b.length && a.every(([, , bytes], index) => b[index]?.[2] === bytes)
