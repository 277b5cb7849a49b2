import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineActor, defineProcessor, pipeline } from '../../src/index.ts'
import { THROWN } from '../simulation/hostile.ts'
import { eventually } from './eventually.ts'
import { ownSystems } from './own-systems.ts'

const system = ownSystems()

/** Node ends a process in which nobody listens for these. */
const ended: unknown[] = []
const warnings: string[] = []
const end = (error: unknown) => ended.push(error)
const warn = ({ message }: Error) => warnings.push(message)

beforeEach(() => {
  ended.length = 0
  warnings.length = 0
  process.on('uncaughtException', end).on('unhandledRejection', end).on('warning', warn)
})
afterEach(() => {
  process.off('uncaughtException', end).off('unhandledRejection', end).off('warning', warn)
})

/** A signal, listened to in every way by code that throws; `heard` is called by one that doesn't. */
function listened(signal: AbortSignal, make: () => unknown, heard: () => void): void {
  const throws = () => {
    throw make()
  }
  signal.addEventListener('abort', throws)
  signal.addEventListener('abort', { handleEvent: throws }, { once: true })
  signal.addEventListener('abort', async () => throws())
  signal.onabort = throws
  signal.addEventListener('abort', heard)
}

const told = () => warnings.filter((text) => text.startsWith('a listener of ctx.signal threw'))

describe('a listener of ctx.signal that throws ends nothing, and is told [G48]', () => {
  test.each(THROWN)('in a handler: %s', async (_what, make) => {
    const s = system()
    const caller = new AbortController()
    let heard = 0
    const Slow = defineActor({
      name: 'slow',
      retry: { attempts: 1 },
      on: {
        wait(ctx) {
          return new Promise<number>((resolve) => {
            listened(ctx.signal, make, () => {
              heard += 1
              resolve(0)
            })
            caller.abort()
          })
        },
        fine: () => 1,
      },
    })
    const slow = s.spawn(Slow)
    await expect(slow.ask('wait', undefined, { signal: caller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
    await eventually(() => expect(told()).toHaveLength(4))
    expect(heard).toBe(1)
    expect(ended).toEqual([])
    expect(await slow.ask('fine', undefined, { timeout: '5s' })).toBe(1)
  })

  test.each(THROWN)('in a step: %s', async (_what, make) => {
    const s = system()
    const caller = new AbortController()
    let heard = 0
    const Slow = defineProcessor({
      name: 'slow',
      input: z.string(),
      output: z.string(),
      process(text, ctx) {
        if (text === 'fine') return text
        return new Promise<string>((resolve) => {
          listened(ctx.signal, make, () => {
            heard += 1
            resolve(text)
          })
          caller.abort()
        })
      },
    })
    const running = await s.run(pipeline('p', z.string()).to(Slow))
    await expect(running.ask('slow', { signal: caller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
    await eventually(() => expect(told()).toHaveLength(4))
    expect(heard).toBe(1)
    expect(ended).toEqual([])
    expect(await running.ask('fine', { timeout: '5s' })).toBe('fine')
  })
})

test('a listener of ctx.signal is added once, and can be taken back', async () => {
  const s = system()
  const caller = new AbortController()
  const calls: string[] = []
  const Slow = defineActor({
    name: 'slow',
    retry: { attempts: 1 },
    on: {
      wait({ signal }) {
        const once = () => calls.push('once')
        const gone = () => calls.push('gone')
        for (const listener of [once, once, gone]) signal.addEventListener('abort', listener)
        signal.removeEventListener('abort', gone)
        expect(signal).toBeInstanceOf(AbortSignal)
        AbortSignal.any([signal]).addEventListener('abort', () => calls.push('any'))
        caller.abort()
        return new Promise<number>(() => {})
      },
    },
  })
  const slow = s.spawn(Slow)
  await expect(slow.ask('wait', undefined, { signal: caller.signal })).rejects.toMatchObject({
    code: 'cancelled',
  })
  await eventually(() => expect(calls.sort()).toEqual(['any', 'once']))
})
