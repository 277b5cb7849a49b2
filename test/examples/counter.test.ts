import { defineActor } from 'ganglion'
import { behaviorTestkit } from 'ganglion/testkit'
import { expect, test } from 'vitest'

const Counter = defineActor({
  name: 'counter',
  state: () => ({ n: 0 }),
  on: {
    add(ctx, { by }: { by: number }) {
      ctx.state.n += by
      if (ctx.state.n > 9) ctx.become('full')
    },
    total: (ctx) => ctx.state.n,
  },
  states: { counting: {}, full: { add: (_ctx, _order: { by: number }) => 'enough' } },
})

test('counts up to ten, and no further', () => {
  const kit = behaviorTestkit(Counter)
  kit.run('add', { by: 10 })
  expect(kit.effects()).toEqual([{ kind: 'become', behavior: 'full' }])
  expect(kit.run('add', { by: 1 })).toBe('enough')
  expect(kit.run('total')).toBe(10)
})
