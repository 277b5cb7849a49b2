import { expect, test } from 'vitest'
import { type AnyRef, defineActor } from '../../src/index.ts'
import { onManualClock } from './on-manual-clock.ts'

/** A guard that watches on demand, and what it was told. */
function guarded() {
  const kit = onManualClock({ log: false })
  const told: string[] = []
  const Guard = defineActor({
    name: 'guard',
    state: () => ({ ears: kit.kernel.clock.monotonic() }),
    on: {
      watch(ctx, { ref, times }: { ref: AnyRef; times: number }) {
        for (let i = 0; i < times; i++) ctx.watch(ref)
      },
      watchAndLeave(ctx, ref: AnyRef) {
        ctx.watch(ref)
        ctx.unwatch(ref)
      },
    },
    signals: { terminated: (_ctx, { ref }) => void told.push(ref.path) },
  })
  const guard = kit.system.spawn(Guard, { name: 'guard' })
  const prey = kit.system.spawn(defineActor({ name: 'prey', restart: 'temporary', on: {} }), { name: 'prey' })
  return { ...kit, told, guard, prey }
}

test('[G27] a death is told once, however often a dead actor is watched', async () => {
  const { kernel, told, guard, prey } = guarded()
  await prey.stop()
  guard.tell('watch', { ref: prey, times: 3 })
  await kernel.settle()
  expect(told).toEqual(['ganglion/prey'])
  guard.tell('watch', { ref: prey, times: 2 })
  await kernel.settle()
  expect(told).toHaveLength(1)
})

test('[G27] a watch after the death that was told of adds nothing', async () => {
  const { kernel, told, guard, prey } = guarded()
  guard.tell('watch', { ref: prey, times: 2 })
  await kernel.settle()
  await prey.stop()
  guard.tell('watch', { ref: prey, times: 2 })
  await kernel.settle()
  expect(told).toEqual(['ganglion/prey'])
})

test('[G27] a new instance that watches is told anew', async () => {
  const { kernel, told, guard, prey } = guarded()
  await prey.stop()
  guard.tell('watch', { ref: prey, times: 1 })
  await kernel.settle()
  guard.kill('to begin again')
  await kernel.advance(1000)
  guard.tell('watch', { ref: prey, times: 2 })
  await kernel.settle()
  expect(told).toHaveLength(2)
})

test('who ends its watch before it was told hears nothing', async () => {
  const { kernel, told, guard, prey } = guarded()
  await prey.stop()
  guard.tell('watchAndLeave', prey)
  await kernel.settle()
  expect(told).toEqual([])
  guard.tell('watch', { ref: prey, times: 1 })
  await kernel.settle()
  expect(told).toHaveLength(1)
})
