import { z } from 'zod'
import { defineProcessor } from '../../../src/behavior/define-processor.ts'
import { pipeline } from '../../../src/pipeline/builder.ts'
import type { RunningPipeline } from '../../../src/pipeline/control/running-pipeline.ts'
import type { ActorSystem } from '../../../src/system/actor-system.ts'
import type { Alert } from '../watching/alert.ts'
import type { Sink } from './sink.ts'

const Alerts = z.custom<Alert>((value) => typeof (value as Alert | null)?.id === 'string')
const ATTEMPTS = 4

interface Way {
  readonly running: RunningPipeline<Alert, string>
  /** Alerts that the sink has accepted, of those at hand. */
  readonly accepted: Set<string>
}

/**
 * Carries alerts to every sink, each over its own one-step pipeline: its retries hold up no other sink. An alert that a sink did not
 * accept stays due, and is carried again with the next one; its key lets the receiver tell.
 */
export class Courier {
  readonly #ways: readonly Way[]
  #alerts: readonly Alert[] = []
  #carrying: Promise<void> | undefined
  #again = false
  #failed = 0

  private constructor(ways: readonly Way[]) {
    this.#ways = ways
  }

  static async start(system: ActorSystem, sinks: readonly Sink[]): Promise<Courier> {
    const ways: Way[] = []
    for (const sink of sinks) ways.push({ running: await system.run(way(sink)), accepted: new Set() })
    return new Courier(ways)
  }

  /** Deliveries that used up their attempts. */
  get failed(): number {
    return this.#failed
  }

  /** Takes all alerts so far, and carries those that are due in the background. */
  carry(alerts: readonly Alert[]): void {
    this.#alerts = alerts
    this.#again = true
    this.#carrying ??= this.#work().finally(() => {
      this.#carrying = undefined
    })
  }

  /** Alerts that some sink has not accepted. */
  get due(): number {
    return this.#alerts.filter(({ id }) => this.#ways.some(({ accepted }) => !accepted.has(id))).length
  }

  /** Resolves once nothing is being carried. */
  async settled(): Promise<void> {
    await this.#carrying
  }

  async #work(): Promise<void> {
    while (this.#again) {
      this.#again = false
      await Promise.all(this.#ways.map((one) => this.#carryAlong(one)))
    }
  }

  async #carryAlong({ running, accepted }: Way): Promise<void> {
    for (const alert of this.#alerts) {
      if (accepted.has(alert.id)) continue
      try {
        await running.ask(alert, { idempotencyKey: alert.id })
        accepted.add(alert.id)
      } catch {
        this.#failed += 1
      }
    }
  }
}

function way({ name, send }: Sink) {
  const step = defineProcessor({
    name: `${name}-sink`,
    input: Alerts,
    output: z.string(),
    timeout: '10s',
    retry: { attempts: ATTEMPTS, backoff: '500ms' },
    async process(alert, ctx) {
      await send(alert, { signal: ctx.signal, idempotencyKey: alert.id })
      return alert.id
    },
  })
  return pipeline(`alerts-${name}`, Alerts, { timeout: '2m' }).to(step)
}
