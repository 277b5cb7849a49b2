import { join } from 'node:path'
import { createSystem, defineActor } from '../../src/index.ts'
import { openJournal } from '../../src/journal/index.ts'
import { inFolder } from './cycle.ts'

const Counter = defineActor({
  name: 'counter',
  durable: true,
  mailbox: { capacity: 100_000 },
  state: () => ({ n: 0 }),
  on: {
    add(ctx, _body: string) {
      ctx.state.n += 1
    },
    n: (ctx) => ctx.state.n,
  },
})

/** Tells a second that a durable actor handles, all of them durable at the end. */
export function actorTells(messages: number, bytes: number): Promise<number> {
  return inFolder(async (folder) => {
    await using journal = await openJournal(join(folder, 'journal'))
    await using system = createSystem({ journal, log: false })
    const counter = system.spawn(Counter)
    const body = 'x'.repeat(bytes)
    const began = performance.now()
    for (let n = 0; n < messages; n++) {
      counter.tell('add', body)
      if (n % 1000 === 999) await counter.ask('n')
    }
    const seen = await counter.ask('n')
    if (seen !== messages) throw new RangeError(`${seen} of ${messages} were handled`)
    return messages / ((performance.now() - began) / 1000)
  })
}

/** Asks a second, one after the other: each waits for its flush. */
export function loneAsks(asks: number): Promise<number> {
  return inFolder(async (folder) => {
    await using journal = await openJournal(join(folder, 'journal'))
    await using system = createSystem({ journal, log: false })
    const counter = system.spawn(Counter)
    const began = performance.now()
    for (let n = 0; n < asks; n++) await counter.ask('add', 'x')
    return asks / ((performance.now() - began) / 1000)
  })
}
