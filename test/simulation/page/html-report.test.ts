import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { defineActor } from '../../../src/index.ts'
import { explore, htmlReport, type Simulation, simulate } from '../../../src/simulation/index.ts'
import { HOSTILE, hostileRun } from './hostile-run.ts'

const result = await hostileRun()
const page = htmlReport({ title: HOSTILE[0], result })
/** The text of every element of a name, as a browser splits them: a script ends at the first end tag. */
const elements = (name: string, html = page) =>
  [...html.matchAll(new RegExp(`<${name}([^>]*)>([\\s\\S]*?)</${name}`, 'gi'))].map(
    ([, attributes, text]) => ({ attributes, text: text as string }),
  )

interface Data {
  readonly lanes: string[]
  readonly states: Record<string, string>
  readonly places: { text: string; whole: string; link?: string }[]
  readonly earlier: number
  readonly moments: { kind: string; text: string; state?: string; place?: number; meaning?: string }[]
}
const dataOf = (html: string) => JSON.parse(elements('script', html)[0]?.text ?? '') as Data

describe('the page of a run', () => {
  test('has its own script and style alone, whatever bodies, names and errors hold [G139]', () => {
    const [data, player, ...more] = elements('script')
    expect(more).toEqual([])
    expect(data?.attributes).toBe(' type="application/json"')
    expect(data?.text).not.toMatch(/[<>&\u2028\u2029]/)
    expect(player?.attributes).toBe('')
    const hash = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? []
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash(player?.text)}; style-src ${hash(elements('style')[0]?.text)}; base-uri 'none'; form-action 'none'`,
    )
    // It stands before everything that it is to rule.
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style'))
    const rest = page.replace(/(<(script|style)[^>]*>)[\s\S]*?<\/\2>/g, '$1')
    const tags = [...rest.matchAll(/<([a-z][a-z0-9]*)([^<>]*)>/gi)].map(([, name, attributes]) => ({
      name,
      attributes: [...(attributes as string).matchAll(/\s([\w-]+)(?==|\s|$)/g)].map(([, one]) => one),
    }))
    expect(new Set(tags.map(({ name }) => name))).not.toContain('img')
    expect(new Set(tags.map(({ name }) => name))).not.toContain('svg')
    expect(
      tags.flatMap(({ attributes }) => attributes).filter((one) => /^(on|src|href)/.test(one ?? '')),
    ).toEqual([])
    expect(tags.length).toBeGreaterThan(20)
  })

  test('has each moment with what changes, the states before, and the author’s lines', () => {
    const { lanes, states, places, moments } = dataOf(page)
    expect(lanes).toEqual(['outside', 'till'])
    expect(states).toEqual({ till: '{paid: []}' })
    expect(moments.filter(({ kind }) => kind === 'state').length).toBeGreaterThan(3)
    expect(moments.find(({ kind }) => kind === 'fault')).toMatchObject({ meaning: 'it arrives twice' })
    expect(moments.at(-1)).toMatchObject({ kind: 'failure' })
    const line = places[moments.at(-1)?.place ?? -1]
    expect(line?.text).toMatch(/^hostile-run\.ts:\d+$/)
    expect(line?.link).toMatch(/^vscode:\/\/file\/.*\/test\/simulation\/page\/hostile-run\.ts:\d+:\d+$/)
    const [elsewhere] = dataOf(
      htmlReport({ title: 't', result }, { links: 'https://example.com/blob/main/{path}#L{line}' }),
    ).places
    expect(elsewhere?.link).toMatch(
      /^https:\/\/example\.com\/blob\/main\/test\/simulation\/page\/hostile-run\.ts#L\d+$/,
    )
  })

  test('is small, also of a long run: its last events, and what the states were before', async () => {
    expect(page.length).toBeLessThan(60_000)
    const Counter = defineActor({
      name: 'counter',
      mailbox: { capacity: 2000 },
      state: () => ({ n: 0 }),
      on: {
        add: (ctx) => {
          ctx.state.n += 1
        },
      },
    })
    const long = await simulate(async (sim: Simulation) => {
      const counter = sim.system().spawn(Counter, { name: 'counter' })
      for (let i = 0; i < 1500; i++) counter.tell('add')
      await sim.settle()
    })
    const html = htmlReport({ title: 'long', result: long })
    const { earlier, moments, states } = dataOf(html)
    expect(moments).toHaveLength(3000)
    expect(earlier).toBe(long.trace.length - 3000)
    const [first] = moments.flatMap(({ state }) => state ?? [])
    const { before, after } = { before: states.counter, after: first }
    expect(Number(/\d+/.exec(after ?? '')?.[0]) - Number(/\d+/.exec(before ?? '')?.[0])).toBe(1)
    expect(html.length).toBeLessThan(1_000_000)
  })

  test('lists several, with what held', async () => {
    const found = await explore({ runs: 5 }, (sim) => sim.reachable('the end'))
    const html = htmlReport([
      { title: 'a.sim.ts', found },
      { title: 'b.sim.ts', result },
    ])
    expect(html).toContain('2 simulations, 1 failed')
    expect([...html.matchAll(/<a href="#(run-\d)"/g)].map(([, id]) => id)).toEqual(['run-1', 'run-2'])
    expect(html).toContain('Everything held.')
    expect(html).toMatch(/the end<\/th><td>5</)
  })

  test.each([
    [[], undefined],
    [{ title: 't' }, undefined],
    [{ title: 't', result: {} }, undefined],
    [{ title: 't', result }, { links: 'javascript:{file}{line}' }],
    [{ title: 't', result }, { links: 'https://example.com' }],
    [{ title: 't', result }, { link: 'x' }],
  ])('%# is refused', (reported, options) => {
    expect(() => htmlReport(reported as never, options as never)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    )
  })
})
