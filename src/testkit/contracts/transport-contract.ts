import assert from 'node:assert/strict'
import type { Delivery, Transport } from '../../ports/transport.ts'
import { type ContractCheck, checkOf, inTime, refused } from './contract.ts'

const frame = (n: number) => Uint8Array.of(n)
const numbers = (deliveries: readonly Delivery[]) => deliveries.map((delivery) => delivery.frame[0])

/** Subscribes, and resolves once this many deliveries have arrived. */
function collect(
  transport: Transport,
  destination: string,
  count: number,
  onDelivery: (delivery: Delivery) => Promise<void> = (delivery) => delivery.ack(),
): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  const all = new Promise<Delivery[]>((resolve, reject) => {
    const deliver = (delivery: Delivery) => {
      deliveries.push(delivery)
      onDelivery(delivery).catch(reject)
      if (deliveries.length === count) resolve(deliveries)
    }
    transport.subscribe(destination, deliver).catch(reject)
  })
  return inTime(() => `${deliveries.length} of ${count} frames came to '${destination}'`, all)
}

/**
 * What every transport must do.
 *
 * @param make opens a new transport with no frames sent; each check closes its own.
 */
export function transportContract(make: () => Promise<Transport>): readonly ContractCheck[] {
  const check = (name: string, look: (transport: Transport) => Promise<void>) =>
    checkOf(name, make, (transport) => transport.close(), look)
  return [
    check('frames arrive in order, whether sent before or after the subscription', async (transport) => {
      await transport.send('qa/reader', frame(1))
      await transport.send('qa/reader', frame(2))
      const arriving = collect(transport, 'qa/reader', 3)
      await transport.send('qa/reader', frame(3))
      const deliveries = await arriving
      assert.deepEqual(numbers(deliveries), [1, 2, 3])
      assert.deepEqual(
        deliveries.map(({ attempt }) => attempt),
        [1, 1, 1],
      )
    }),

    check('destinations do not see each other', async (transport) => {
      const seen = collect(transport, 'a', 1)
      await transport.send('b', frame(9))
      await transport.send('a', frame(1))
      assert.deepEqual(numbers(await seen), [1])
    }),

    check(
      'a refused frame is delivered again, with its attempt counted; an acknowledged one is not',
      async (transport) => {
        const arriving = collect(transport, 'a', 4, (delivery) =>
          delivery.attempt < 3 && delivery.frame[0] === 1 ? delivery.nack() : delivery.ack(),
        )
        await transport.send('a', frame(1))
        await transport.send('a', frame(2))
        const deliveries = await arriving
        const attempts = deliveries.filter((one) => one.frame[0] === 1).map(({ attempt }) => attempt)
        assert.deepEqual(attempts, [1, 2, 3])
        assert.equal(deliveries.length - attempts.length, 1)
      },
    ),

    check('a subscriber that has left gets nothing more; frames wait for the next one', async (transport) => {
      const left: Delivery[] = []
      const subscription = await transport.subscribe('a', (delivery) => void left.push(delivery))
      await subscription.unsubscribe()
      await transport.send('a', frame(1))
      assert.deepEqual(numbers(await collect(transport, 'a', 1)), [1])
      assert.deepEqual(left, [])
    }),

    check('the frame is a copy: changing it after sending changes nothing', async (transport) => {
      const sent = frame(1)
      await transport.send('a', sent)
      sent[0] = 7
      assert.deepEqual(numbers(await collect(transport, 'a', 1)), [1])
    }),

    {
      name: 'a closed transport hands the frame back',
      run: async () => {
        const transport = await make()
        await transport.close()
        const error = await refused(transport.send('a', frame(1)), 'transport-closed')
        assert.deepEqual([...((error as { frame?: Uint8Array }).frame ?? [])], [1])
      },
    },
  ]
}
