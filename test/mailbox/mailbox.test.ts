import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import { checkPriority, Mailbox, mailboxLimits } from '../../src/mailbox/mailbox.ts'
import { Ring } from '../../src/mailbox/ring.ts'

test('a ring is a queue with two ends, whatever is done to it', () => {
  const step = fc.oneof(
    fc.record({ op: fc.constant('push' as const), n: fc.integer() }),
    fc.record({ op: fc.constant('unshift' as const), n: fc.integer() }),
    fc.record({ op: fc.constant('shift' as const) }),
    fc.record({ op: fc.constant('removeOdd' as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const ring = new Ring<number>()
      let model: number[] = []
      for (const s of steps) {
        if (s.op === 'push') {
          ring.push(s.n)
          model.push(s.n)
        } else if (s.op === 'unshift') {
          ring.unshift(s.n)
          model.unshift(s.n)
        } else if (s.op === 'shift') expect(ring.shift()).toBe(model.shift())
        else {
          expect(ring.removeWhere((n) => n % 2 !== 0)).toEqual(model.filter((n) => n % 2 !== 0))
          model = model.filter((n) => n % 2 === 0)
        }
        expect(ring.size).toBe(model.length)
        expect(ring.peek()).toBe(model[0])
        expect([...ring]).toEqual(model)
      }
    }),
  )
})

const limits = { capacity: 4, bytes: Number.POSITIVE_INFINITY, overflow: 'reject' } as const

test('higher priorities first, in order of arrival within each [G5]', () => {
  const box = new Mailbox<string>(limits)
  box.push('a')
  box.pushTo(5, 'urgent', 0)
  box.push('b')
  box.pushTo(-3, 'idle', 0)
  box.pushTo(5, 'urgent too', 0)
  expect([...box]).toEqual(['urgent', 'urgent too', 'a', 'b', 'idle'])
  expect(box.shiftLeast()).toBe('idle')
  expect([box.shift(), box.shift(), box.shift(), box.shift(), box.shift()]).toEqual([
    'urgent',
    'urgent too',
    'a',
    'b',
    undefined,
  ])
})

test('what may not be shed keeps its place when the oldest is', () => {
  const box = new Mailbox<string>(limits)
  for (const item of ['kept', 'kept too', 'a', 'b']) box.push(item)
  box.pushTo(2, 'urgent', 0)
  const isShed = (item: string) => !item.startsWith('kept')
  expect([box.shiftLeast(isShed), box.shiftLeast(isShed), box.shiftLeast(isShed)]).toEqual([
    'a',
    'b',
    'urgent',
  ])
  expect(box.shiftLeast(isShed)).toBe(undefined)
  expect([...box]).toEqual(['kept', 'kept too'])
  expect(box.size).toBe(2)
})

test('full by count or by bytes; what is larger than the bound fits an empty mailbox', () => {
  const box = new Mailbox<string>({ ...limits, bytes: 10 })
  expect(box.full(100)).toBe(false)
  box.pushTo(0, 'six', 6)
  expect(box.full(4)).toBe(false)
  expect(box.full(5)).toBe(true)
  box.shift()
  box.released(6)
  expect(box.bytes).toBe(0)
  for (let i = 0; i < 4; i++) box.push(String(i))
  expect(box.full(0)).toBe(true)
})

test.each([
  [{ capacity: 0 }, 'm.capacity'],
  [{ capacity: 1.5 }, 'm.capacity'],
  [{ bytes: 0 }, 'm.bytes'],
  [{ overflow: 'explode' }, 'm.overflow'],
])('%o is refused with its path', (options, path) => {
  expect(() => mailboxLimits(options, 'm')).toThrow(InvalidArgumentError)
  expect(() => mailboxLimits(options, 'm')).toThrow(expect.objectContaining({ path }) as Error)
})

test('priorities are whole numbers from -7 to 7', () => {
  expect(checkPriority(-7)).toBe(-7)
  for (const priority of [8, 0.5, Number.NaN])
    expect(() => checkPriority(priority)).toThrow(InvalidArgumentError)
})
