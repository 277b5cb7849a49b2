// npx tsx examples/01-first-actor.ts
import { createSystem, defineActor } from 'ganglion'

const Counter = defineActor({
  name: 'counter',
  state: () => ({ n: 0 }),
  on: {
    add(ctx, { by }: { by: number }) {
      ctx.state.n += by
    },
    total: (ctx) => ctx.state.n,
  },
})
await using system = createSystem()
const counter = system.spawn(Counter)
counter.tell('add', { by: 5 })
console.log(await counter.ask('total', undefined, { timeout: '200ms' }))
