import { type ActorRef, defineActor } from '../../src/index.ts'
import { scenario } from '../../src/simulation/index.ts'

interface Server {
  ping: (ctx: never) => string
}

/** A link counts as down after three lost pings in a row, which chance alone brings in one run of a hundred thousand. */
export default scenario(import.meta.url, { faults: { drop: 0.01 } }, async (sim) => {
  const system = sim.system()
  const server: ActorRef<Server> = system.spawn(defineActor({ name: 'server', on: { ping: () => 'pong' } }), {
    name: 'server',
  })
  const link = system.spawn(
    defineActor({
      name: 'link',
      state: () => ({ missed: 0 }),
      on: {
        async beat(ctx) {
          const answer = await ctx.ask(server, 'ping', undefined, { timeout: '1s' }).catch(() => undefined)
          ctx.state.missed = answer === undefined ? ctx.state.missed + 1 : 0
          if (ctx.state.missed === 3) sim.unreachable('the link is down')
        },
      },
    }),
    { name: 'link' },
  )
  for (const _ of sim.times(10)) await link.ask('beat', undefined, { timeout: '5s' }).catch(() => {})
})
