import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const RUNS = 6
const FAULTS = { slowFlush: { rate: 0.2, range: ['1ms', '50ms'] } } as const

/**
 * Runs whose record or outcome may find no room, as others take and give it back: whoever asks again gets the outcome of the one time
 * that the steps ran in this process, and what was told once is told again in the next one [G194].
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const disk = sim.disk()
  const told = new Map<string, string>()
  for (const life of sim.times(2)) {
    const ran = new Map<string, number>()
    const journal = await disk.openJournal({ bytesMax: 12_000 })
    const others = journal.store('others')
    const step = defineProcessor({
      name: 'step',
      input: z.string(),
      output: z.string(),
      process: async (name) => {
        await sim.sleep(sim.random.integer(20))
        const times = (ran.get(name) ?? 0) + 1
        ran.set(name, times)
        return `${name} in ${life}, ${times}: `.padEnd(3000, 'x')
      },
    })
    const system = sim.system({ journal })
    const runs = await (await system.run(pipeline('runs', z.string()).to(step))).durable(
      journal.store('runs'),
      {
        keep: RUNS,
      },
    )
    const ask = (key: string): Promise<void> =>
      runs.ask(key, key).then(
        (outcome) => {
          const before = told.get(key)
          if (before !== undefined && before !== outcome) sim.unreachable(`one outcome for ${key}`)
          told.set(key, outcome)
        },
        (error) => {
          if (error.code !== 'journal-full') sim.unreachable(`${key} is told that there is no room: ${error}`)
          if (ran.has(key)) sim.reachable('an outcome that finds no room')
        },
      )
    const asked: Promise<void>[] = []
    for (const n of sim.times(RUNS)) {
      if (sim.random.integer(2) === 0)
        await others.commit([{ key: `${n}`, value: new Uint8Array(2000) }]).catch(() => undefined)
      asked.push(ask(`run ${life} ${n}`))
      await sim.sleep(sim.random.integer(30))
    }
    await Promise.all(asked)
    for (const n of sim.times(RUNS)) await others.commit([{ key: `${n}`, value: undefined }])
    for (const [key] of ran) {
      if (sim.random.integer(2) === 0) await ask(key)
    }
    for (const [key, times] of ran) {
      if (times > 1) sim.unreachable(`the step of ${key} runs once in a process`)
    }
    await system.stop()
    await journal.close()
  }
})
