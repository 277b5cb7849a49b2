import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { turns, until } from '../../src/testkit/until.ts'

const Num = z.number()

/** Runs a script in its own process: only there an unhandled rejection, or nothing left to wait for, ends one. */
function child(script: string) {
  const head = `
    const { z } = await import('zod')
    const { createSystem, defineActor, defineProcessor, pipeline } = await import(${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)})
    const Num = z.number()
  `
  const args = ['--import', 'tsx', '--input-type=module', '-e', head + script]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
  return { status, stdout: stdout.trim(), stderr }
}

test('[G149] a question that a step awaits later does not end the process when its run is cancelled first', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', note)
  try {
    await using system = createSystem()
    let asked = false
    const asks = defineProcessor({
      name: 'asks',
      input: Num,
      output: Num,
      process: async (n, ctx) => {
        const ok = ctx.human({ question: 'Sure?' })
        asked = true
        await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
        await ok
        return n
      },
    })
    const running = await system.run(pipeline('p', Num).to(asks))
    const caller = new AbortController()
    const error = running.ask(1, { signal: caller.signal }).catch((e: { code: string }) => e.code)
    await until(() => asked)
    await turns(5)
    caller.abort()
    expect(await error).toBe('cancelled')
    const late = running.ask(1, { timeout: '20ms' }).catch((e: { code: string }) => e.code)
    expect(await late).toBe('deadline')
    await turns(5)
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})

test('[G149] an ask of a pipeline or an actor, and an offer, hold the process until they settle, and no longer', {
  timeout: 60_000,
}, () => {
  const { status, stdout, stderr } = child(`
    const flaky = defineProcessor({
      name: 'flaky', input: Num, output: Num, retry: { attempts: 3, backoff: '200ms' },
      process: (n, { attempt }) => { if (attempt < 3) throw new Error('not yet'); return n + 1 },
    })
    const silent = defineProcessor({ name: 'silent', input: Num, output: Num, process: () => new Promise(() => {}) })
    const system = createSystem()
    const running = await system.run(pipeline('p', Num).to(flaky))
    console.log(await running.ask(1))
    for await (const { type } of running.stream(1)) if (type === 'value') console.log('streamed')
    const late = system.spawn(defineActor({ name: 'late', retry: { attempts: 2, backoff: '200ms' }, on: {
      go(ctx) { if (ctx.attempt < 2) throw new Error('not yet'); return 'late' },
    } }))
    console.log(await late.ask('go'))
    const pause = () => new Promise((resolve) => setTimeout(resolve, 200).unref())
    const small = system.spawn(defineActor({ name: 'small', mailbox: { capacity: 1, overflow: 'backpressure' }, on: { go: pause } }))
    for (let i = 0; i < 3; i++) await small.offer('go')
    console.log('taken')
    const never = await system.run(pipeline('never', Num).to(silent))
    console.log(await never.ask(1, { timeout: '300ms' }).catch(({ code }) => code))
  `)
  expect(stderr).toBe('')
  expect({ status, stdout }).toEqual({ status: 0, stdout: '2\nstreamed\nlate\ntaken\ndeadline' })
})
