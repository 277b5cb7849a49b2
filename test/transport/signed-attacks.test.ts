import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { MemoryTransport, SignedTransport, type SignedTransportOptions } from '../../src/index.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { ed25519Key, hmacKey, openFrame, type Stamp, signFrame } from '../../src/message/signed-frame.ts'
import type { Delivery } from '../../src/ports/transport.ts'

const secret = randomBytes(32)
const pair = generateKeyPairSync('ed25519')
const HOUR = 3_600_000
const frame = Uint8Array.of(1, 2, 3)
const key = hmacKey(secret)

/** A receiver, and frames that somebody with a key makes by hand. */
function receiving(more: Partial<SignedTransportOptions> = {}) {
  const kernel = new ManualKernel()
  const memory = new MemoryTransport(kernel)
  const keys = { k: { secret } }
  const signed = new SignedTransport(memory, { kernel, keys, sign: 'k', maxAge: HOUR, ...more })
  const got: Delivery[] = []
  const comes = async (stamp: Partial<Stamp>, body: Uint8Array = frame): Promise<void> => {
    const whole = { keyId: 'k', sender: '0a'.repeat(16), sequence: 1, issuedAt: kernel.clock.now(), ...stamp }
    await memory.send('a', signFrame('a', body, key, whole))
    await kernel.settle()
  }
  return {
    kernel,
    memory,
    signed,
    got,
    comes,
    listen: () => signed.subscribe('a', (delivery) => void got.push(delivery)),
    codes: () => Object.fromEntries(signed.refused),
  }
}

test('[G188] a sender can not hold up a receiver with sequences that no number holds, nor with 0', async () => {
  const { got, comes, listen, codes } = receiving()
  await listen()
  // From 2 ** 53 on, a number plus 1 may be the same number.
  for (const sequence of [2 ** 53, 2 ** 53 + 10, 2 ** 60, 2 ** 64 - 2048, 0]) {
    await comes({ sequence })
    await got.at(-1)?.ack()
  }
  expect([got.length, codes()]).toEqual([0, { 'frame-malformed': 5 }])
  await comes({ sequence: 2 ** 53 - 1 })
  await got[0]?.ack()
  await comes({ sequence: 2 ** 53 - 1 })
  expect([got.length, codes()]).toEqual([1, { 'frame-malformed': 5, 'frame-replayed': 1 }])
})

test('[G137] the window of a sender ends exactly where it says', async () => {
  const { got, comes, listen, codes } = receiving({ window: 8 })
  await listen()
  await comes({ sequence: 20 })
  await got[0]?.ack()
  for (const sequence of [12, 13, 19, 20, 21]) await comes({ sequence })
  expect([got.length, codes()]).toEqual([4, { 'frame-replayed': 2 }])
  for (const one of got) await one.ack()
  for (const sequence of [13, 14, 19, 21]) await comes({ sequence })
  // 14 was never seen, and is the oldest that still may come.
  expect([got.length, codes()]).toEqual([5, { 'frame-replayed': 5 }])
})

test('[G188] a frame that is acknowledged after its sender was forgotten brings none of its older frames back', async () => {
  const { kernel, got, comes, listen, codes } = receiving({ senders: 1 })
  await listen()
  for (let sequence = 1; sequence <= 5; sequence++) await comes({ sequence })
  await kernel.advance(1)
  await comes({ sequence: 6 })
  for (const one of got.slice(0, 5)) await one.ack()
  // Another sender takes the one place.
  await comes({ sender: '0b'.repeat(16) })
  await got[6]?.ack()
  await got[5]?.ack()
  const issuedAt = kernel.clock.now() - 1
  for (let sequence = 1; sequence <= 5; sequence++) await comes({ sequence, issuedAt })
  expect([got.length, codes()]).toEqual([7, { 'frame-replayed': 5 }])
})

test('[G137] a clock that steps refuses what is too old or too early by it, and nothing that was acknowledged comes again', async () => {
  const { kernel, got, comes, listen, codes } = receiving()
  await kernel.advance(3 * HOUR)
  await listen()
  const began = kernel.clock.now()
  await comes({ sequence: 1 })
  await got[0]?.ack()
  await comes({ sequence: 2, issuedAt: began + HOUR })
  await comes({ sequence: 3, issuedAt: began + HOUR + 1 })
  await comes({ sequence: 4, issuedAt: began - HOUR })
  await comes({ sequence: 5, issuedAt: began - HOUR - 1 })
  for (const one of got) await one.ack()
  expect([got.length, codes()]).toEqual([3, { 'frame-expired': 2 }])
  // The sender's clock is set back: its later frames are older, and are its own still.
  await comes({ sequence: 6, issuedAt: began - HOUR })
  for (const sequence of [1, 2, 4]) await comes({ sequence })
  expect([got.length, codes()]).toEqual([4, { 'frame-expired': 2, 'frame-replayed': 3 }])
})

test('[G137] a key that is changed in the middle brings no frame of the old one back', async () => {
  const { kernel, memory, signed, got, listen, codes } = receiving()
  await listen()
  const sent: Uint8Array[] = []
  await memory.subscribe('b', (delivery) => {
    sent.push(delivery.frame)
    return delivery.ack()
  })
  const both = { k: { secret }, next: pair }
  for (const sign of ['k', 'next', 'k', 'next']) {
    signed.rotate({ keys: both, sign })
    await signed.send('a', frame)
    await signed.send('b', frame)
  }
  await kernel.settle()
  for (const one of got) await one.ack()
  expect([got.length, sent.length]).toEqual([4, 4])
  signed.rotate({ keys: { next: pair, k: { secret: randomBytes(32) } }, sign: 'next' })
  // Those of another destination, under the key that is gone and the one that stays.
  for (const one of sent) await memory.send('a', one)
  await kernel.settle()
  expect([got.length, codes()]).toEqual([4, { 'frame-signature': 4 }])
})

test('[G137] an empty frame is a frame, for both algorithms, and a shortened signature is none', () => {
  const stamp: Stamp = { keyId: 'k', sender: '0a'.repeat(16), sequence: 1, issuedAt: 1 }
  for (const one of [key, ed25519Key(pair.publicKey, pair.privateKey)]) {
    const keys = new Map([['k', one]])
    const signed = signFrame('a', new Uint8Array(0), one, stamp)
    const opened = openFrame('a', signed, keys)
    expect([opened.frame.length, opened.stamp]).toEqual([0, stamp])
    for (let cut = 1; cut <= signed.length; cut++)
      expect(() => openFrame('a', signed.subarray(0, -cut), keys)).toThrow()
    expect(() => openFrame('a', Buffer.concat([signed, Buffer.of(0)]), keys)).toThrow('signature')
  }
})

test('[G137] a signature of Ed25519 has one form: one with the order of the group added to it does not pass', () => {
  const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
  const one = ed25519Key(pair.publicKey, pair.privateKey)
  const keys = new Map([['k', one]])
  for (let sequence = 1; sequence <= 20; sequence++) {
    const signed = Buffer.from(
      signFrame('a', frame, one, { keyId: 'k', sender: '0a'.repeat(16), sequence, issuedAt: 1 }),
    )
    openFrame('a', signed, keys)
    const scalar = signed.subarray(-32)
    const little = BigInt(`0x${Buffer.from(scalar).reverse().toString('hex')}`)
    scalar.set(Buffer.from((little + ORDER).toString(16).padStart(64, '0'), 'hex').reverse())
    expect(() => openFrame('a', signed, keys)).toThrow('signature')
  }
})

test('an id of a key that no frame can carry is refused where it is given', () => {
  const kernel = new ManualKernel()
  const keys = { 'half \ud800': { secret } }
  expect(() => new SignedTransport(new MemoryTransport(kernel), { kernel, keys })).toThrow(
    expect.objectContaining({ code: 'invalid-argument' }),
  )
})
