import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import { layered } from '../../src/pipeline/pictures/layers.ts'

const Num = z.number()
const step = (name: string) => defineProcessor({ name, input: Num, output: Num, process: (n) => n })
const first = (parts: Readonly<Record<string, number | undefined>>) => Object.values(parts)[0] ?? 0

/** A fan-out, a branch and a loop, with names of any kind. */
const drawn = (name: string) =>
  pipeline(name, Num)
    .to(step(`${name}1`), { replicas: 3, timeout: '1s' })
    .fan(
      { [`${name}a`]: step('a'), b: pipeline('b', Num).to(step('x')).to(step('y')) },
      { weights: { b: 0.25 } as never },
    )
    .merge(first, { quorum: 1, name: `${name}m` })
    .tap(() => {})
    .branch(() => 'one' as const, { one: step('one'), two: pipeline('two', Num).map((n) => n) })
    .loop(step('body'), { until: () => true, max: 4 })

const anyGraph = fc.integer({ min: 1, max: 24 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    edges: fc.array(fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 0, max: size - 1 })), {
      maxLength: 60,
    }),
  }),
)

test('every node stands in one layer, and every arrow leads from layer to layer, or back', () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const { layers, routes, back } = layered(graph)
      const layerOf = new Map(layers.flatMap((layer, at) => layer.map((node) => [node, at] as const)))
      const placed = layers.flat()
      expect(new Set(placed).size).toBe(placed.length)
      for (let node = 0; node < graph.size; node++) expect(layerOf.has(node)).toBe(true)
      routes.forEach((route, at) => {
        const [from, to] = graph.edges[at] as [number, number]
        expect([route[0], route[route.length - 1]]).toEqual([from, to])
        if (back[at]) return
        for (let i = 1; i < route.length; i++) {
          const [before, after] = [route[i - 1], route[i]].map(
            (node) => layerOf.get(node as number) as number,
          )
          expect((after as number) - (before as number)).toBe(1)
        }
      })
      // Without the arrows back there is no cycle: each leads to a later layer. Without cycles none leads back.
      if (graph.edges.every(([from, to]) => from < to)) expect(back).not.toContain(true)
    }),
  )
})

test('the order within the layers takes crossings away', () => {
  // Two rows of three, each joined to the opposite: as given 3 crossings, and none is needed.
  const { layers, routes } = layered({
    size: 6,
    edges: [
      [0, 5],
      [1, 4],
      [2, 3],
    ],
  })
  const at = (node: number) =>
    layers.map((layer) => layer.indexOf(node)).find((index) => index >= 0) as number
  const ends = routes.map(([from, to]) => [at(from as number), at(to as number)] as const)
  for (const [a, b] of ends) for (const [c, d] of ends) expect((a - c) * (b - d)).toBeGreaterThanOrEqual(0)
})

test('a picture shows every node once, no box over another, and the weights of a join', () => {
  const p = drawn('p')
  const svg = p.toSVG()
  const boxes = boxesOf(svg)
  expect([...boxes.keys()].sort()).toEqual(['p', 'answer', ...p.plan.nodes.map(({ name }) => name)].sort())
  const all = [...boxes.values()]
  all.forEach((one, i) => {
    for (const other of all.slice(i + 1)) {
      const apart =
        one.x + one.width <= other.x ||
        other.x + other.width <= one.x ||
        one.y + one.height <= other.y ||
        other.y + other.height <= one.y
      expect(apart).toBe(true)
    }
  })
  for (const text of [
    '0.25',
    '× 3 replicas',
    '≤ 1000 ms, 3 attempts',
    '≥ 1 of 2 parts',
    'turn',
    'done',
    'two',
  ])
    expect(svg).toContain(`>${text}</text>`)
  // One line for each arrow, and one to the answer.
  expect(svg.match(/class="a"/gu)).toHaveLength(p.plan.edges.length + 1)
})

function boxesOf(svg: string): Map<string, { x: number; y: number; width: number; height: number }> {
  const boxes = new Map<string, { x: number; y: number; width: number; height: number }>()
  for (const [, name = '', shape = ''] of svg.matchAll(
    /<g class="[a-z]+"><title>([^<]*)<\/title>(<[^>]+>)/gu,
  )) {
    expect(boxes.has(name)).toBe(false)
    const points = /points="([^"]+)"/u
      .exec(shape)?.[1]
      ?.split(' ')
      .map((point) => point.split(',').map(Number))
    const [xs, ys] = [0, 1].map((i) => (points ?? []).map((point) => point[i] as number)) as [
      number[],
      number[],
    ]
    const number = (key: string) => Number(new RegExp(` ${key}="([^"]+)"`, 'u').exec(shape)?.[1])
    boxes.set(
      name,
      points === undefined
        ? { x: number('x'), y: number('y'), width: number('width'), height: number('height') }
        : {
            x: Math.min(...xs),
            y: Math.min(...ys),
            width: Math.max(...xs) - Math.min(...xs),
            height: Math.max(...ys) - Math.min(...ys),
          },
    )
  }
  return boxes
}

test('whatever the names hold, a picture stays well formed and adds nothing to run', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (name) => {
      fc.pre(name.trim() !== '')
      const svg = drawn(name).toSVG({ title: name })
      // Every < belongs to one of our own elements, and every & to a character reference.
      expect(svg.replace(/<\/?(svg|title|style|g|path|rect|polygon|text)\b[^<>]*>/gu, '')).not.toMatch(
        /[<>]/u,
      )
      expect(svg.replace(/&#\d+;/gu, '')).not.toContain('&')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them, so none may be there
      expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/u)
      // Encoding and decoding changes a lone surrogate, and nothing else.
      expect(new TextDecoder().decode(new TextEncoder().encode(svg))).toBe(svg)
    }),
    { numRuns: 30 },
  )
  const hostile = drawn('"]; click n0 "javascript:alert(1)" <script>')
  expect(hostile.toSVG()).not.toMatch(/<script|javascript:alert\(1\)"/u)
  // In Mermaid every label is one pair of quotes, and nothing in it can end them.
  for (const line of hostile.toMermaid().trim().split('\n').slice(1)) {
    expect(line).toMatch(
      /^ {2}(n\d+[[({/]+"[^"]*"[\])}/]+|n\d+ (-->|-- "[^"]*" -->) (n\d+|answer\(\["answer"\]\)))$/u,
    )
    expect(line.replace(/#\d+;|-->|<br\/>/gu, '')).not.toMatch(/[;<>]/u)
  }
})

test('Mermaid names every node and every arrow', () => {
  const p = drawn('p')
  const mermaid = p.toMermaid()
  expect(mermaid.split('\n')[0]).toBe('flowchart LR')
  for (const { name } of p.plan.nodes) expect(mermaid).toContain(`"${name}`)
  expect(mermaid.match(/-->/gu)).toHaveLength(p.plan.edges.length + 1)
  expect(mermaid).toContain('-- "0.25" -->')
})

test('a plan that can’t work can be drawn anyway: its picture shows what is wrong', () => {
  const lost = pipeline('p', Num).to(step('a'))
  const svg = pipeline('empty', Num).toSVG()
  expect(boxesOf(svg).size).toBeGreaterThan(0)
  expect(boxesOf(lost.toSVG()).has('a')).toBe(true)
})
