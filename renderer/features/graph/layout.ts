/** A thing and what it needs, by name. */
export interface Dependency {
  name: string
  needs: readonly string[]
}

export interface PlacedNode {
  name: string
  /** 0 needs nothing; each needs only what stands in lower layers. */
  layer: number
  /** Its place within the layer. */
  row: number
}

export interface Layout {
  nodes: readonly PlacedNode[]
  edges: readonly { from: string; to: string }[]
  layers: number
  /** Of the longest layer. */
  rows: number
}

/** More passes hardly find fewer crossings. */
const passes = 6

/**
 * Places things in layers by what they need: an arrow always leads from a lower layer to a higher one. Within a layer,
 * each stands near the middle of what it is joined to, which keeps crossings few. What is in a circle is placed as if
 * the arrow that closes it were not there.
 */
export function layOut(dependencies: readonly Dependency[]): Layout {
  const known = new Set(dependencies.map(({ name }) => name))
  const needs = new Map(
    dependencies.map(({ name, needs: all }) => [name, all.filter((other) => known.has(other) && other !== name)]),
  )
  const layerOf = findLayers(needs)
  const edges = [...needs].flatMap(([to, all]) => all.map((from) => ({ from, to })))
  const layers: string[][] = []
  for (const [name, layer] of layerOf) {
    const members = layers[layer]
    if (members) members.push(name)
    else layers[layer] = [name]
  }
  const neighbours = neighboursOf(edges)
  let best = layers.map((layer) => [...layer])
  let fewest = countCrossings(best, edges)
  let current = best
  for (let pass = 0; pass < passes && fewest > 0; pass++) {
    current = sweep(current, neighbours, layerOf, pass % 2 === 0)
    const crossings = countCrossings(current, edges)
    if (crossings >= fewest) continue
    fewest = crossings
    best = current
  }
  const nodes = best.flatMap((layer, index) => layer.map((name, row) => ({ name, layer: index, row })))
  return { nodes, edges, layers: best.length, rows: Math.max(0, ...best.map(({ length }) => length)) }
}

function findLayers(needs: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const layerOf = new Map<string, number>()
  const onPath = new Set<string>()
  const visit = (name: string): number => {
    const found = layerOf.get(name)
    if (found !== undefined) return found
    if (onPath.has(name)) return -1
    onPath.add(name)
    let layer = 0
    for (const other of needs.get(name) ?? []) layer = Math.max(layer, visit(other) + 1)
    onPath.delete(name)
    layerOf.set(name, layer)
    return layer
  }
  for (const name of needs.keys()) visit(name)
  return new Map([...needs.keys()].map((name) => [name, layerOf.get(name) ?? 0]))
}

type Neighbours = ReadonlyMap<string, readonly string[]>

function neighboursOf(edges: Layout['edges']): Neighbours {
  const found = new Map<string, string[]>()
  const join = (one: string, other: string): void => {
    const list = found.get(one)
    if (list) list.push(other)
    else found.set(one, [other])
  }
  for (const { from, to } of edges) {
    join(from, to)
    join(to, from)
  }
  return found
}

/** One pass over the layers, upwards or downwards, in which each layer is sorted by the middle of its neighbours. */
function sweep(
  layers: readonly (readonly string[])[],
  neighbours: Neighbours,
  layerOf: ReadonlyMap<string, number>,
  upwards: boolean,
): string[][] {
  const next = layers.map((layer) => [...layer])
  const order = [...next.keys()]
  if (!upwards) order.reverse()
  const rowOf = new Map<string, number>()
  const note = (layer: readonly string[]): void =>
    layer.forEach((name, row) => {
      rowOf.set(name, row / Math.max(1, layer.length))
    })
  for (const layer of next) note(layer)
  for (const index of order) {
    const layer = next[index] ?? []
    const middle = new Map(
      layer.map((name) => {
        const behind = (neighbours.get(name) ?? []).filter((other) => {
          const at = layerOf.get(other) ?? 0
          return upwards ? at < index : at > index
        })
        const sum = behind.reduce((total, other) => total + (rowOf.get(other) ?? 0), 0)
        return [name, behind.length === 0 ? (rowOf.get(name) ?? 0) : sum / behind.length]
      }),
    )
    layer.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0))
    note(layer)
  }
  return next
}

/** How many pairs of arrows cross, those between the same two layers. */
export function countCrossings(layers: readonly (readonly string[])[], edges: Layout['edges']): number {
  const at = new Map<string, { layer: number; row: number }>()
  layers.forEach((names, layer) => {
    names.forEach((name, row) => {
      at.set(name, { layer, row })
    })
  })
  const spans = edges.flatMap(({ from, to }) => {
    const start = at.get(from)
    const end = at.get(to)
    return start && end ? [{ layers: `${start.layer} ${end.layer}`, from: start.row, to: end.row }] : []
  })
  let crossings = 0
  for (const [index, one] of spans.entries()) {
    for (const other of spans.slice(index + 1)) {
      if (one.layers === other.layers && (one.from - other.from) * (one.to - other.to) < 0) crossings++
    }
  }
  return crossings
}
