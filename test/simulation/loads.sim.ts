import { defineActor } from '../../src/index.ts'
import { scenario } from '../../src/simulation/index.ts'

/** Loads a module inside a handler, for which virtual time does not wait. */
export default scenario(import.meta.url, async (sim) => {
  const Loader = defineActor({
    name: 'loader',
    on: {
      async go() {
        const { parse } = await import('yaml')
        return parse('a: 1') as unknown
      },
    },
  })
  await sim.system().spawn(Loader).ask('go')
})
