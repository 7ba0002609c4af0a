import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import type { Service } from '../../../contract/index.ts'
import { rankOf, Shape, shapeOf, wordOf } from '../../parts/index.ts'
import { Link, servicePath } from '../../router/index.ts'
import { usePanel } from '../../store/index.ts'
import { layOut, type PlacedNode } from './layout.ts'

const node = { width: 176, height: 30, gapX: 96, gapY: 10, margin: 20 }
const panBy = 80

const xOf = (layer: number): number => node.margin + layer * (node.width + node.gapX)
const yOf = (row: number): number => node.margin + row * (node.height + node.gapY)

/** Who needs whom, from left to right: a service stands to the right of all that it needs. */
export function DependencyGraph({ names }: { names: readonly string[] }) {
  // As one text, so that the layout is made anew when who needs whom changes, and not with every state.
  const relations = usePanel(({ model }) => relationsOf(names, model.services))
  const layout = useMemo(
    () =>
      layOut(
        relations
          .split('\n')
          .filter(Boolean)
          .map((line) => {
            const [name = '', ...needs] = line.split('\t')
            return { name, needs }
          }),
      ),
    [relations],
  )
  const lone = usePanel(({ model }) => countNames(names, model.services)) - layout.nodes.length
  const [pointed, setPointed] = useState<string | null>(null)
  const scroller = useRef<HTMLElement>(null)
  const pan = (event: KeyboardEvent): void => {
    const x = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const y = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (x === 0 && y === 0) return
    event.preventDefault()
    scroller.current?.scrollBy({ left: x * panBy, top: y * panBy })
  }
  const places = useMemo(() => placesOf(layout.nodes), [layout])
  const width = xOf(layout.layers) - node.gapX + node.margin
  const height = 2 * node.margin + layout.rows * (node.height + node.gapY) - node.gapY
  if (layout.nodes.length === 0) return <p className="nothing dim">No service of these needs another.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move what does not fit into view
    <section className="graph scroll" ref={scroller} aria-label="Dependencies" tabIndex={0} onKeyDown={pan}>
      <div className="graph-plane" data-pointed={pointed !== null} style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          {layout.edges.map(({ from, to }) => (
            <path
              key={`${from} ${to}`}
              className={from === pointed || to === pointed ? 'is-near' : undefined}
              d={arrow(places.get(from), places.get(to))}
            />
          ))}
        </svg>
        <ul aria-label="Services and what they need">
          {layout.nodes.map(({ name }) => (
            <Node key={name} name={name} place={places.get(name)} onPoint={setPointed} />
          ))}
        </ul>
      </div>
      {lone > 0 && (
        <p className="graph-rest faint sm">
          {lone}{' '}
          {lone === 1
            ? 'service needs no other and is needed by none'
            : 'services need no other and are needed by none'}
        </p>
      )}
    </section>
  )
}

interface Place {
  x: number
  y: number
}

/** Layers begin at the top, so that what belongs together is seen together before one scrolls. */
function placesOf(nodes: readonly PlacedNode[]): ReadonlyMap<string, Place> {
  return new Map(nodes.map(({ name, layer, row }) => [name, { x: xOf(layer), y: yOf(row) }]))
}

/** From the right edge of what is needed to the left edge of what needs it. */
function arrow(from: Place | undefined, to: Place | undefined): string {
  if (!from || !to) return ''
  const x1 = from.x + node.width
  const y1 = from.y + node.height / 2
  const y2 = to.y + node.height / 2
  const bend = (to.x - x1) / 2
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${to.x - bend} ${y2} ${to.x} ${y2}`
}

/** The services that need another or are needed, one line each: its name and what it needs. */
function relationsOf(names: readonly string[], services: ReadonlyMap<string, Service>): string {
  const needs = new Map<string, readonly string[]>()
  for (const name of names) {
    const service = services.get(name)
    if (service) needs.set(service.service, service.dependsOn)
  }
  const related = new Set<string>()
  for (const [name, all] of needs) {
    for (const other of all) {
      if (!needs.has(other)) continue
      related.add(name)
      related.add(other)
    }
  }
  return [...needs]
    .filter(([name]) => related.has(name))
    .map(([name, all]) => [name, ...all].join('\t'))
    .join('\n')
}

/** Replicas are one. */
const countNames = (names: readonly string[], services: ReadonlyMap<string, Service>): number =>
  new Set(names.map((name) => services.get(name)?.service ?? name)).size

interface NodeProps {
  name: string
  place: Place | undefined
  /** Its arrows stand out while one is at it. */
  onPoint: (name: string | null) => void
}

function Node({ name, place, onPoint }: NodeProps) {
  const service = usePanel(({ model }) => worstOf(name, model.services))
  if (!service || !place) return null
  const shape = shapeOf(service)
  const needs = service.dependsOn.length === 0 ? 'needs nothing' : `needs ${service.dependsOn.join(', ')}`
  return (
    <li
      style={{ transform: `translate(${place.x}px, ${place.y}px)` }}
      onPointerEnter={() => onPoint(name)}
      onPointerLeave={() => onPoint(null)}
      onFocus={() => onPoint(name)}
      onBlur={() => onPoint(null)}
    >
      <Link
        className="graph-node"
        data-state={shape}
        to={servicePath(name)}
        aria-label={`${name}, ${wordOf(service)}, ${needs}`}
        title={`${name}: ${wordOf(service)}, ${needs}`}
      >
        <Shape name={shape} />
        <span className="cut">{name}</span>
      </Link>
    </li>
  )
}

/** The service itself, or of its replicas the one that is worst off. */
function worstOf(name: string, services: ReadonlyMap<string, Service>): Service | undefined {
  const own = services.get(name)
  if (own) return own
  let worst: Service | undefined
  for (const service of services.values()) {
    if (service.service === name && (!worst || rankOf(service) < rankOf(worst))) worst = service
  }
  return worst
}
