import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assumedCard } from '../../../src/inference/repository/model-card.ts'
import type { ModelFolder } from '../../../src/inference/repository/model-folder.ts'
import { type ModelInUse, ModelStore } from '../../../src/inference/repository/model-store.ts'

const version = (name: string): ModelFolder => ({
  folder: `/models/m/${name}`,
  card: assumedCard('m', name),
  sha256: name,
})

function store() {
  const unloaded: string[] = []
  return { unloaded, models: new ModelStore(({ card }) => unloaded.push(card.version)) }
}

test('a former version serves the rows that it has, and goes with the last of them', () => {
  const { unloaded, models } = store()
  models.use('m', version('1'))
  const [first, second] = [models.acquire('m'), models.acquire('m', undefined, 3)] as [ModelInUse, ModelInUse]
  models.use('m', version('2'))
  expect(models.acquire('m')?.model.card.version).toBe('2')
  expect(models.acquire('m', '1')).toBeUndefined()
  expect(models.inUse().map(({ model, state, rows }) => [model.card.version, state, rows])).toEqual([
    ['1', 'draining', 4],
    ['2', 'current', 1],
  ])
  models.release(first)
  models.release(second, 2)
  expect(unloaded).toEqual([])
  models.release(second)
  expect(unloaded).toEqual(['1'])
  expect(models.current('m')?.card.version).toBe('2')
})

test('a version without rows goes at once; using the current one again changes nothing; a draining one comes back', () => {
  const { unloaded, models } = store()
  models.use('m', version('1'))
  models.use('m', version('1'))
  const row = models.acquire('m') as ModelInUse
  models.use('m', version('2'))
  models.use('m', version('1'))
  expect(unloaded).toEqual(['2'])
  models.release(row)
  expect([unloaded, models.current('m')?.card.version]).toEqual([['2'], '1'])
})

test('a pinned version serves the rows that name it beside the current one, until it is dropped', () => {
  const { unloaded, models } = store()
  models.use('m', version('2'))
  models.pin('m', version('1'))
  const row = models.acquire('m', '1') as ModelInUse
  expect([models.acquire('m')?.model.card.version, row.model.card.version]).toEqual(['2', '1'])
  expect([models.drop('m', '1'), models.drop('m', '9')]).toEqual([true, false])
  expect(models.acquire('m', '1')).toBeUndefined()
  models.release(row)
  expect(unloaded).toEqual(['1'])
})

test('releasing twice is told, and so are swaps that outrun their rows', () => {
  const { models } = store()
  models.use('m', version('0'))
  const row = models.acquire('m') as ModelInUse
  models.release(row)
  expect(() => models.release(row)).toThrow(
    expect.objectContaining({ code: 'invalid-argument', path: 'rows' }),
  )
  for (let i = 1; i < 8; i++) {
    models.acquire('m')
    models.use('m', version(String(i)))
  }
  expect(() => models.use('m', version('8'))).toThrow(
    expect.objectContaining({ code: 'queue-full', path: 'm' }),
  )
  expect(models.current('m')?.card.version).toBe('7')
})

test('whatever is used, acquired and released in whatever order: each version goes once, and never with rows', () => {
  const command = fc.oneof(
    fc.record({ do: fc.constant('use' as const), version: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('acquire' as const) }),
    fc.record({ do: fc.constant('release' as const), at: fc.nat() }),
  )
  fc.assert(
    fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
      const held: ModelInUse[] = []
      const loaded = new Set<string>()
      const models = new ModelStore(({ card }) => {
        expect(held.some((row) => row.model.card.version === card.version)).toBe(false)
        expect(loaded.delete(card.version)).toBe(true)
      })
      for (const one of commands) {
        if (one.do === 'use') {
          loaded.add(String(one.version))
          models.use('m', version(String(one.version)))
        } else if (one.do === 'acquire') {
          const row = models.acquire('m')
          expect(row?.model).toEqual(models.current('m'))
          if (row !== undefined) held.push(row)
        } else if (held.length > 0) {
          const [row] = held.splice(one.at % held.length, 1) as [ModelInUse]
          models.release(row)
        }
      }
      for (const row of held.splice(0)) models.release(row)
      expect(models.inUse().map(({ model }) => model.card.version)).toEqual([...loaded])
      expect(loaded.size).toBe(models.current('m') === undefined ? 0 : 1)
    }),
  )
})

test('a version that is held while it loads is neither unloaded nor taken by rows, and goes if it is not used', () => {
  const { unloaded, models } = store()
  models.use('m', version('1'))
  const row = models.acquire('m') as ModelInUse
  models.use('m', version('2'))
  const back = models.hold('m', version('1'))
  models.release(row)
  expect([unloaded, models.acquire('m', '1')]).toEqual([[], undefined])
  models.use('m', back.model)
  models.release(back)
  expect([unloaded, models.current('m')?.card.version]).toEqual([['2'], '1'])
  models.release(models.hold('m', version('3')))
  expect([unloaded, models.current('m')?.card.version]).toEqual([['2', '3'], '1'])
})

test('a version that rows name stays when another becomes current, and copies of one file are told apart', () => {
  const { unloaded, models } = store()
  const copy = (name: string) => ({ ...version(name), sha256: 'same' })
  models.use('m', copy('1'))
  expect(models.pin('m', copy('1')).card.version).toBe('1')
  expect(models.pin('m', copy('2')).card.version).toBe('2')
  models.use('m', copy('2'))
  models.use('m', copy('3'))
  expect(unloaded).toEqual([])
  expect([models.acquire('m', '1'), models.acquire('m', '2')].map((one) => one?.model.card.version)).toEqual([
    '1',
    '2',
  ])
})
