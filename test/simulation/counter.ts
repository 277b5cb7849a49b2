import { defineActor } from '../../src/index.ts'

export const Counter = defineActor({
  name: 'counter',
  state: () => ({ n: 0 }),
  on: {
    add(ctx, by: number) {
      ctx.state.n += by
    },
    total: (ctx) => ctx.state.n,
  },
})
