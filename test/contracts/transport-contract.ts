import { describe, expect, test } from 'vitest'
import type { Delivery, Transport } from '../../src/ports/transport.ts'

const frame = (n: number) => Uint8Array.of(n)

/** Subscribes and resolves once so many deliveries came. */
async function collect(
  transport: Transport,
  destination: string,
  count: number,
  onDelivery: (delivery: Delivery) => Promise<void>,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  return new Promise((resolve, reject) => {
    transport
      .subscribe(destination, (delivery) => {
        deliveries.push(delivery)
        onDelivery(delivery).catch(reject)
        if (deliveries.length === count) resolve(deliveries)
      })
      .catch(reject)
  })
}

/** What every transport must do. `make` gives a new one. */
export function transportContract(name: string, make: () => Promise<Transport>): void {
  describe(`${name} keeps the transport contract`, () => {
    test('frames arrive in order, whether sent before or after the subscription', async () => {
      const transport = await make()
      await transport.send('qa/reader', frame(1))
      await transport.send('qa/reader', frame(2))
      const arriving = collect(transport, 'qa/reader', 3, (delivery) => delivery.ack())
      await transport.send('qa/reader', frame(3))
      const deliveries = await arriving
      expect(deliveries.map((delivery) => delivery.frame[0])).toEqual([1, 2, 3])
      expect(deliveries.every((delivery) => delivery.attempt === 1)).toBe(true)
      await transport.close()
    })

    test('destinations do not see each other', async () => {
      const transport = await make()
      const seen = collect(transport, 'a', 1, (delivery) => delivery.ack())
      await transport.send('b', frame(9))
      await transport.send('a', frame(1))
      expect((await seen).map((delivery) => delivery.frame[0])).toEqual([1])
      await transport.close()
    })

    test('a refused frame comes again with its attempt counted, and an acknowledged one does not', async () => {
      const transport = await make()
      const arriving = collect(transport, 'a', 4, (delivery) =>
        delivery.attempt < 3 && delivery.frame[0] === 1 ? delivery.nack() : delivery.ack(),
      )
      await transport.send('a', frame(1))
      await transport.send('a', frame(2))
      const deliveries = await arriving
      const first = deliveries.filter((delivery) => delivery.frame[0] === 1)
      expect(first.map((delivery) => delivery.attempt)).toEqual([1, 2, 3])
      expect(deliveries.filter((delivery) => delivery.frame[0] === 2)).toHaveLength(1)
      await transport.close()
    })

    test('the frame is a copy: changing it after sending changes nothing', async () => {
      const transport = await make()
      const sent = frame(1)
      await transport.send('a', sent)
      sent[0] = 7
      const [delivery] = await collect(transport, 'a', 1, (one) => one.ack())
      expect(delivery?.frame[0]).toBe(1)
      await transport.close()
    })

    test('a closed transport hands the frame back', async () => {
      const transport = await make()
      await transport.close()
      await expect(transport.send('a', frame(1))).rejects.toMatchObject({
        code: 'transport-closed',
        frame: frame(1),
      })
    })
  })
}
