import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { turns, UntilTimeoutError, until } from '../../src/testkit/index.ts'
import { ownSystems } from '../system/own-systems.ts'

const own = ownSystems()

test('waits for state that only shows once messages are handled', async () => {
  let seen = 0
  const Counting = defineActor({
    name: 'counting',
    on: {
      async see() {
        await turns(3)
        seen += 1
      },
    },
  })
  const ref = own().spawn(Counting)
  ref.tell('see')
  ref.tell('see')
  expect(seen).toBe(0)
  await until(() => seen === 2)
  expect(seen).toBe(2)
})

test('returns at once when the condition holds, and gives up by name when it never does', async () => {
  let looked = 0
  await until(() => {
    looked += 1
    return true
  })
  expect(looked).toBe(1)
  const never = until(() => false, { what: 'the queue is empty', timeoutMs: 5 })
  await expect(never).rejects.toBeInstanceOf(UntilTimeoutError)
  await expect(never).rejects.toMatchObject({ code: 'until-timeout', path: 'the queue is empty', value: 5 })
})

test('an error of the condition ends the wait', async () => {
  await expect(
    until(() => {
      throw new RangeError('broken')
    }),
  ).rejects.toThrow('broken')
})
