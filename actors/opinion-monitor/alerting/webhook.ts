import { demand } from '../../../src/kernel/demand.ts'
import { OpinionMonitorError } from '../errors.ts'
import type { Sink } from './sink.ts'

/**
 * Sends each alert as JSON by POST, with its id as the `idempotency-key`. Any answer but 2xx, or none, is tried again.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for an address that is not http or https
 */
export function webhook(address: string): Sink {
  demand(address, 'webhook', 'an http or https address', (given) =>
    /^https?:$/u.test(new URL(given).protocol),
  )
  return {
    name: 'webhook',
    async send(alert, { signal, idempotencyKey }) {
      const answer = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': encodeURIComponent(idempotencyKey),
        },
        body: JSON.stringify(alert),
        redirect: 'error',
        signal,
      })
      await answer.body?.cancel()
      if (!answer.ok) {
        throw new OpinionMonitorError('webhook-refused', `the webhook answered ${answer.status}`, {
          path: 'webhook',
          value: answer.status,
          remedy: 'See the log of its server; the alert is sent again',
        })
      }
    },
  }
}
