import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  MemoryTransport,
  platformKernel,
  SignedTransport,
  type SignedTransportOptions,
} from '../../src/index.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import type { Delivery, Transport } from '../../src/ports/transport.ts'
import { transportContract } from '../../src/testkit/contracts/index.ts'

const secret = randomBytes(32)
const pair = generateKeyPairSync('ed25519')
const RINGS = [
  ['HMAC-SHA-256', { keys: { k: { secret } }, sign: 'k' }],
  ['Ed25519', { keys: { k: pair }, sign: 'k' }],
] as const

describe.each(RINGS)('[G137] a transport signed with %s', (_name, ring) => {
  const make = async () => {
    const kernel = platformKernel()
    return new SignedTransport(new MemoryTransport(kernel), { kernel, ...ring })
  }
  for (const { name, run } of transportContract(make)) test(name, run)
})

/** A wire that anybody can read and write, with a signed end on either side. */
function wire(ring: SignedTransportOptions['keys'] | Omit<SignedTransportOptions, 'kernel'> = RINGS[0][1]) {
  const kernel = new ManualKernel()
  const memory = new MemoryTransport(kernel)
  const seen: Uint8Array[] = []
  const open: Transport = {
    send: async (destination, frame) => {
      seen.push(frame)
      await memory.send(destination, frame)
    },
    subscribe: (destination, deliver) => memory.subscribe(destination, deliver),
    close: () => memory.close(),
  }
  const options = { kernel, ...(ring as Omit<SignedTransportOptions, 'kernel'>) }
  const signed = new SignedTransport(open, options)
  const got: Delivery[] = []
  const listen = (to = 'a', by = signed) => by.subscribe(to, (delivery) => void got.push(delivery))
  const codes = () => Object.fromEntries(signed.refused)
  return { kernel, open, memory, seen, signed, got, listen, codes, options }
}

const frame = Uint8Array.of(1, 2, 3)

test.each(RINGS)(
  '[G137] a frame of %s with any bit changed, or cut anywhere, reaches nobody',
  async (_name, ring) => {
    const { kernel, memory, seen, signed, got, listen } = wire(ring)
    await signed.send('b', frame)
    await listen()
    const [sent] = seen as [Uint8Array]
    let bad = 0
    for (let bit = 0; bit < sent.length * 8; bit += 1) {
      const changed = Uint8Array.from(sent)
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      await memory.send('a', changed)
      bad += 1
    }
    for (let length = 0; length < sent.length; length++, bad++) await memory.send('a', sent.slice(0, length))
    // The true one, at another destination than it was sent to.
    await memory.send('a', sent)
    await kernel.settle()
    expect(got).toEqual([])
    expect([...signed.refused.values()].reduce((sum, n) => sum + n, 0)).toBe(bad + 1)
    await signed.send('a', frame)
    await kernel.settle()
    expect(got.map((one) => [...one.frame])).toEqual([[1, 2, 3]])
  },
)

test('[G137] bytes made at random crash nothing', async () => {
  const { kernel, memory, seen, signed, got, listen } = wire()
  const random = new SeededRandomness(1).stream('frames')
  await signed.send('b', frame)
  await listen()
  for (let n = 0; n < 3000; n++) {
    const bytes =
      random.integer(2) === 0 ? Uint8Array.from(seen[0] as Uint8Array) : new Uint8Array(random.integer(200))
    for (let times = random.integer(9); times >= 0; times--)
      bytes[random.integer(bytes.length + 1)] = random.integer(256)
    await memory.send('a', bytes)
  }
  await kernel.settle()
  expect(got).toEqual([])
})

test('[G137] a frame that was acknowledged does not come again; one that was not does', async () => {
  const { kernel, memory, seen, signed, got, listen, codes } = wire()
  await listen()
  for (let n = 0; n < 3; n++) await signed.send('a', Uint8Array.of(n))
  await kernel.settle()
  await got[1]?.ack()
  await got[0]?.nack(10)
  await kernel.advance(10)
  expect(got.map(({ frame: [n], attempt }) => [n, attempt])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
    [0, 2],
  ])
  for (const one of seen) await memory.send('a', one)
  await kernel.settle()
  expect(got).toHaveLength(6)
  expect(codes()).toEqual({ 'frame-replayed': 1 })
  for (const one of got) await one.ack()
  for (const one of seen) await memory.send('a', one)
  await kernel.settle()
  expect(got).toHaveLength(6)
  expect(codes()).toEqual({ 'frame-replayed': 4 })
})

test('[G137] of many frames of many senders, in any order, each is acknowledged once', async () => {
  const { kernel, memory, open, seen, options, listen, got } = wire()
  const receiver = new SignedTransport(open, { ...options, window: 40, senders: 3 })
  await listen('a', receiver)
  const random = new SeededRandomness(2).stream('senders')
  const counts = new Map<string, number>()
  for (let round = 0; round < 40; round++) {
    const sender = new SignedTransport(open, options)
    for (let n = 0; n < 20; n++) await sender.send('a', Buffer.from(`${round} ${n}`))
    await kernel.advance(1)
    // Whatever was on the wire is sent again.
    for (let n = 0; n < 30; n++) await memory.send('a', seen[random.integer(seen.length)] as Uint8Array)
    await kernel.settle()
    for (const one of got.splice(0)) {
      const name = Buffer.from(one.frame).toString()
      // Two copies that were delivered before either was acknowledged are one delivery that came again.
      counts.set(name, (counts.get(name) ?? 0) + 1)
      await one.ack()
    }
    for (const one of seen) await memory.send('a', one)
    await kernel.settle()
    expect(got.splice(0)).toEqual([])
  }
  expect(counts.size).toBe(800)
})

test('[G137] old frames, and those of the future, are refused', async () => {
  const { kernel, signed, got, listen, codes } = wire({ ...RINGS[0][1], maxAge: '1h' })
  await signed.send('a', frame)
  await kernel.advance(3_600_001)
  await signed.send('a', frame)
  await listen()
  await kernel.settle()
  expect([got.length, codes()]).toEqual([1, { 'frame-expired': 1 }])
})

test('[G137] keys change while frames are on their way', async () => {
  const { kernel, open, options, signed, got, listen, codes } = wire()
  const told: string[] = []
  const receiver = new SignedTransport(open, { ...options, onRefused: ({ code }) => void told.push(code) })
  await listen('a', receiver)
  const next = { k: { secret }, next: pair }
  receiver.rotate({ keys: { ...next, next: { publicKey: pair.publicKey } } })
  await signed.send('a', frame)
  signed.rotate({ keys: next, sign: 'next' })
  await signed.send('a', frame)
  await kernel.settle()
  expect(got).toHaveLength(2)
  // Who only knows the public key can't sign.
  await expect(receiver.send('a', frame)).rejects.toMatchObject({ code: 'transport-unsigned', frame })
  receiver.rotate({ keys: { next: { publicKey: pair.publicKey } } })
  signed.rotate({ keys: { k: { secret } }, sign: 'k' })
  await signed.send('a', frame)
  await kernel.settle()
  expect([got.length, told, codes()]).toEqual([2, ['frame-key'], {}])
})

test('[G137] a frame can not choose its algorithm, nor the key of another', async () => {
  const { kernel, memory, seen, signed, got, listen, codes } = wire({ keys: { k: pair }, sign: 'k' })
  await listen()
  await signed.send('b', frame)
  // Signed by HMAC with the public key as the secret, which everybody knows.
  const sent = Buffer.from(seen[0] as Uint8Array).subarray(0, -64)
  sent[5] = 1
  const where = Buffer.from([0, 0, 0, 1, 97])
  const key = pair.publicKey.export({ type: 'spki', format: 'pem' })
  await memory.send('a', Buffer.concat([sent, createHmac('sha256', key).update(where).update(sent).digest()]))
  const other = new SignedTransport(memory, {
    kernel,
    keys: { k: generateKeyPairSync('ed25519') },
    sign: 'k',
  })
  await other.send('a', frame)
  const stranger = new SignedTransport(memory, { kernel, keys: { j: pair }, sign: 'j' })
  await stranger.send('a', frame)
  await memory.send('a', frame)
  await kernel.settle()
  expect([got, codes()]).toEqual([[], { 'frame-signature': 2, 'frame-key': 1, 'frame-unsigned': 1 }])
})

test('keys and options that can’t be used are named by their path, and no error shows a secret', () => {
  const kernel = platformKernel()
  const memory = new MemoryTransport(kernel)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const cases: [object, string][] = [
    [{ keys: { k: { secret: randomBytes(31) } } }, 'SignedTransport.keys.k.secret'],
    [{ keys: { k: { secret: 'a password' } } }, 'SignedTransport.keys.k.secret'],
    [{ keys: { '': { secret } } }, 'SignedTransport.keys.'],
    [{ keys: { ['x'.repeat(256)]: { secret } } }, `SignedTransport.keys.${'x'.repeat(256)}`],
    [{ keys: { k: rsa } }, 'SignedTransport.keys.k.publicKey'],
    [{ keys: { k: { publicKey: pair.privateKey } } }, 'SignedTransport.keys.k.publicKey'],
    [{ keys: { k: { publicKey: pair.publicKey, privateKey: pem } } }, 'SignedTransport.keys.k.privateKey'],
    [{ keys: { k: { publicKey: 'no PEM' } } }, 'SignedTransport.keys.k.publicKey'],
    [{ keys: { k: { publicKey: pair.publicKey } }, sign: 'k' }, 'SignedTransport.sign'],
    [{ keys: { k: { secret } }, sign: 'j' }, 'SignedTransport.sign'],
    [{ keys: { k: { secret } }, window: 0 }, 'SignedTransport.window'],
    [{ keys: { k: { secret } }, maxAge: 'soon' }, 'SignedTransport.maxAge'],
    [{ keys: { k: { secret } }, onRefused: 1 }, 'SignedTransport.onRefused'],
  ]
  for (const [options, path] of cases) {
    let error: unknown
    try {
      new SignedTransport(memory, { kernel, ...options } as never)
    } catch (thrown) {
      error = thrown
    }
    expect(error, path).toMatchObject({ code: 'invalid-argument', path })
    expect(JSON.stringify(error) + String(error)).not.toContain(pem.split('\n')[1])
  }
  expect(() => new SignedTransport({} as never, { kernel, keys: {} })).toThrow()
})
