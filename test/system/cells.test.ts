import { z } from 'zod'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { cellContract } from '../contracts/cell-contract.ts'

cellContract('an actor', (system, { mailbox, attempts = 3, backoff = 0, timeout, work }) => {
  const ref = system.spawn(
    defineActor({
      name: 'worker',
      ...(mailbox === undefined ? {} : { mailbox }),
      ...(timeout === undefined ? {} : { timeout }),
      retry: { attempts, backoff },
      on: { work: (ctx, x: number) => work(x, ctx.attempt) },
    }),
  )
  return {
    path: ref.path,
    get load() {
      return ref.load
    },
    tell: (x, options) => ref.tell('work', x, options),
    ask: (x, options) => ref.ask('work', x, options),
    kill: (reason) => ref.kill(reason),
    stop: () => ref.stop(),
  }
})

cellContract('a processor', (system, { mailbox, attempts = 3, backoff = 0, timeout, work }) => {
  const ref = system.spawn(
    defineProcessor({
      name: 'worker',
      input: z.number(),
      output: z.number(),
      ...(mailbox === undefined ? {} : { mailbox }),
      ...(timeout === undefined ? {} : { timeout }),
      retry: { attempts, backoff },
      process: (x, ctx) => work(x, ctx.attempt),
    }),
  )
  return {
    path: ref.path,
    get load() {
      return ref.load
    },
    tell: (x, options) => ref.tell(x, options),
    ask: (x, options) => ref.ask(x, options),
    kill: (reason) => ref.kill(reason),
    stop: () => ref.stop(),
  }
})
