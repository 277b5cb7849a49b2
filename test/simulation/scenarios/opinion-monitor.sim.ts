import { embeddingOf } from '../../../actors/knowledge/index/embedding.ts'
import { Courier } from '../../../actors/opinion-monitor/alerting/courier.ts'
import { readWeights } from '../../../actors/opinion-monitor/reading/weights.ts'
import { opinionReaders } from '../../../actors/opinion-monitor/team.ts'
import { Desk, type Observed } from '../../../actors/opinion-monitor/watching/desk.ts'
import { deskGuard } from '../../../actors/opinion-monitor/watching/guard.ts'
import { watchSettings } from '../../../actors/opinion-monitor/watching/settings.ts'
import { scenario } from '../../../src/simulation/index.ts'

const MINUTE = 60_000
const DIMENSIONS = 384
const SURGING = 'Kestrel Motors'
/** Twelve windows with a headline or two, and a surge of eight headlines in the ninth. */
const STREAM = [
  ...Array.from({ length: 12 }, (_, window) => ({
    window,
    title: 'Bramley Bank names a new chief',
    entity: 'Bramley Bank',
  })),
  ...[1, 4, 6, 10].map((window) => ({ window, title: 'Kestrel Motors profit rises', entity: SURGING })),
  ...Array.from({ length: 8 }, (_, i) => ({
    window: 8,
    title: `Kestrel Motors recalls ${i + 2} models`,
    entity: SURGING,
  })),
]
  .toSorted((a, b) => a.window - b.window)
  .map((one, i) => ({ ...one, id: `h${i}`, at: one.window * MINUTE + i * 100 }))

const FAULTS = {
  drop: 0.01,
  delay: ['0ms', '30ms'],
  duplicate: 0.01,
  reorder: 0.01,
  throw: 0.02,
  reject: 0.01,
  slow: { rate: 0.01, range: ['10ms', '2s'] },
  crash: 0.02,
  ackLost: 0.01,
  workerDeath: 0.02,
  lateResult: { rate: 0.01, range: ['100ms', '5s'] },
} as const

const weights = readWeights()
const settings = watchSettings({ window: '1m', lateness: '5s' }, 'scenario')

/** Stands for the encoder: the same text always gives the same vector. */
function embed(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS)
  for (let i = 0; i < text.length; i++) vector[(text.charCodeAt(i) * 31 + i) % DIMENSIONS] = 1
  return vector.map((x) => x / Math.sqrt(text.length))
}

/** A surge under faults: headlines are read again, counted again, alerts sent again, and one alert takes effect, once. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  sim.model('*', { latency: ['5ms', '60ms'], run: embed })
  const system = sim.system({ askTimeout: '30s' })
  const { query: encoder } = embeddingOf('e5-small-v2')
  const running = await system.run(opinionReaders({ weights, encoder }))
  const desk = new Desk(settings)
  const guard = system.spawn(deskGuard(desk), { name: 'desk' })
  const received = new Set<string>()
  const sink = {
    name: 'hook',
    // A webhook's server: it tells a repeated delivery by its key.
    send: (_: unknown, { idempotencyKey }: { readonly idempotencyKey: string }) => {
      if (received.has(idempotencyKey)) return
      received.add(idempotencyKey)
      sim.effect(idempotencyKey)
    },
  }
  const courier = await Courier.start(system, [sink])
  const again = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    for (let attempt = 0; attempt < 8; attempt++) {
      try {
        return await work()
      } catch {
        sim.reachable('tried again')
      }
    }
    return undefined
  }
  for (const { id, at, title, entity } of STREAM) {
    const reading = await again(() => running.ask({ title, entities: [entity] }))
    if (reading === undefined) continue
    if (reading.missing.includes('encoder')) sim.reachable('read without the encoder')
    const observed: Observed = { id, at, title, reading }
    await again(() => guard.ask('take', observed, { timeout: '5s' }))
  }
  await again(() => guard.ask('close', undefined, { timeout: '5s' }))
  for (let round = 0; round < 8; round++) {
    courier.carry(desk.alerts)
    await courier.settled()
    if (courier.due === 0) break
  }
  const { counted } = desk.counts
  const surges = [...received].filter((key) => key.startsWith('surge:'))
  if (counted === STREAM.length && (surges.length !== 1 || surges[0] !== `surge:${SURGING}:${8 * MINUTE}`))
    sim.unreachable(`exactly one alert a surge: ${surges.join(' ') || 'none'}`)
  if (counted > STREAM.length) sim.unreachable('a headline counts once')
  sim.reachable(counted === STREAM.length ? 'every headline counted' : 'a headline lost')
  await sim.settle()
  sim.expect.quiescent()
})
