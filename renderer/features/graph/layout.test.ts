import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countCrossings, type Dependency, layOut } from './layout.ts'

const needs = (name: string, ...others: string[]): Dependency => ({ name, needs: others })
const layerOf = (dependencies: Dependency[]) =>
  Object.fromEntries(layOut(dependencies).nodes.map(({ name, layer }) => [name, layer]))

describe('the layout of dependencies', () => {
  it('places each above all that it needs', () => {
    expect(layerOf([needs('site', 'api', 'cache'), needs('api', 'db'), needs('cache'), needs('db')])).toEqual({
      site: 2,
      api: 1,
      cache: 0,
      db: 0,
    })
  })

  it('knows only what is there', () => {
    const layout = layOut([needs('api', 'gone', 'api')])
    expect(layout).toMatchObject({ edges: [], layers: 1, rows: 1 })
  })

  it('uncrosses what need not cross', () => {
    const layout = layOut([needs('a'), needs('b'), needs('x', 'b'), needs('y', 'a')])
    const layers = [0, 1].map((layer) => layout.nodes.filter((node) => node.layer === layer).map(({ name }) => name))
    expect(countCrossings(layers, layout.edges)).toBe(0)
  })

  it('has a place of its own for everything, circles or not, and arrows that lead upwards where there is none', () => {
    const graph = fc.array(fc.record({ needs: fc.array(fc.nat(30), { maxLength: 4 }) }), { maxLength: 30 })
    fc.assert(
      fc.property(graph, fc.boolean(), (items, acyclic) => {
        const dependencies = items.map((item, index) =>
          needs(`s${index}`, ...item.needs.filter((other) => !acyclic || other < index).map((other) => `s${other}`)),
        )
        const { nodes, edges } = layOut(dependencies)
        expect(new Set(nodes.map(({ layer, row }) => `${layer} ${row}`)).size).toBe(dependencies.length)
        const layers = new Map(nodes.map(({ name, layer }) => [name, layer]))
        if (!acyclic) return
        for (const { from, to } of edges) expect(layers.get(from)).toBeLessThan(layers.get(to) ?? -1)
      }),
    )
  })
})
