// npm run -s bench -- runtime [--json] [--quick] [--peers]: with Pekko typed, where a JDK and Maven are present
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { BenchResult } from './result.ts'
import { median } from './runtime/measure.ts'
import * as ours from './runtime/ours.ts'
import * as peers from './runtime/peers.ts'
import { pekko } from './runtime/pekko.ts'
import * as raw from './runtime/raw.ts'

/** Messages sent before the receivers get a turn: fewer than a mailbox's default capacity. */
const BATCH = 1000

/** The runtime's hot paths, a raw ring buffer and peers, measured in one process, in turn. */
export async function run({
  quick,
  argv = [],
}: {
  readonly quick: boolean
  readonly argv?: readonly string[]
}): Promise<BenchResult[]> {
  // Bytes per actor need a collected heap; requesting it here saves the caller a flag.
  setFlagsFromString('--expose-gc')
  ;(globalThis as { gc?: unknown }).gc = runInNewContext('gc')
  const scale = quick ? 0.01 : 1
  const rounds = quick ? 1 : 5
  const results = [
    ...(await tells(scale, rounds)),
    ...(await asks(scale, rounds)),
    ...(await networks(scale, rounds)),
    ...(await populations(scale, rounds)),
  ]
  return argv.includes('--peers') ? [...results, ...besidePekko(results, scale, rounds)] : results
}

/** Which of our figures each of Pekko's is compared with, by name. */
const BESIDE: Readonly<Record<string, string>> = {
  tell: 'ganglion: tell',
  ask: 'ganglion: ask',
  'ping-pong': 'ganglion: ping-pong',
  join: 'ganglion: join 1-8-1, a definition each',
  ring: 'ganglion: ring of 1000, a definition each',
  spawn: 'ganglion: spawn',
}

function besidePekko(results: readonly BenchResult[], scale: number, rounds: number): BenchResult[] {
  const figures = pekko(scale, rounds)
  if (typeof figures === 'string') {
    process.stderr.write(`bench: Pekko is skipped: ${figures}\n`)
    return []
  }
  return [...figures].map(([name, value]) =>
    perSecond(
      `Pekko typed: ${name}`,
      value,
      results.find((one) => one.name === BESIDE[name]),
    ),
  )
}

const n = (count: number, scale: number): number => Math.max(1000, Math.round(count * scale))
const perSecond = (name: string, value: number, of?: BenchResult): BenchResult =>
  of === undefined
    ? { name, value, unit: '/s' }
    : { name, value, unit: '/s', ratio: value / of.value, of: of.name }

async function tells(scale: number, rounds: number): Promise<BenchResult[]> {
  const base = perSecond(
    'raw ring buffer: tell',
    await median(rounds, () => raw.rawTell(n(5e6, scale), BATCH)),
  )
  return [
    base,
    perSecond('ganglion: tell', await median(rounds, () => ours.tell(n(5e6, scale), BATCH)), base),
    perSecond(
      "ganglion: tell, callers' contexts kept",
      await median(rounds, () => ours.tell(n(5e6, scale), BATCH, 'caller')),
      base,
    ),
    perSecond('EventEmitter: emit', await median(rounds, () => peers.emitterTell(n(5e6, scale))), base),
    perSecond('fastq: push', await median(rounds, () => peers.fastqTell(n(3e6, scale), BATCH)), base),
    perSecond('Effect: Queue', await median(rounds, () => peers.effectQueueTell(n(5e5, scale))), base),
    perSecond('nact: dispatch', await median(rounds, () => peers.nactTell(n(2e5, scale))), base),
    perSecond('XState: send', await median(rounds, () => peers.xstateTell(n(2e5, scale))), base),
  ]
}

async function asks(scale: number, rounds: number): Promise<BenchResult[]> {
  const base = perSecond('raw ring buffer: ask', await median(rounds, () => raw.rawAsk(n(1e6, scale), BATCH)))
  return [
    base,
    perSecond('ganglion: ask', await median(rounds, () => ours.ask(n(1e6, scale), BATCH)), base),
    perSecond(
      "ganglion: ask, callers' contexts kept",
      await median(rounds, () => ours.ask(n(1e6, scale), BATCH, 'caller')),
      base,
    ),
    perSecond('nact: query', await median(rounds, () => peers.nactAsk(n(1e5, scale), BATCH)), base),
    { name: 'ganglion: ask one by one, p99', value: await ours.askLatency(n(2e5, scale)), unit: 'µs' },
  ]
}

async function networks(scale: number, rounds: number): Promise<BenchResult[]> {
  const pingPong = perSecond(
    'raw ring buffer: ping-pong',
    await median(rounds, () => raw.rawPingPong(n(3e6, scale))),
  )
  const join = perSecond(
    'raw ring buffer: join 1-8-1',
    await median(rounds, () => raw.rawJoin(n(5e5, scale), 8)),
  )
  const laps = Math.max(2, Math.round(1000 * scale))
  const ring = perSecond('raw ring buffer: ring of 1000', await median(rounds, () => raw.rawRing(1000, laps)))
  return [
    pingPong,
    perSecond('ganglion: ping-pong', await median(rounds, () => ours.pingPong(n(3e6, scale))), pingPong),
    perSecond(
      "ganglion: ping-pong, callers' contexts kept",
      await median(rounds, () => ours.pingPong(n(3e6, scale), 'caller')),
      pingPong,
    ),
    perSecond('nact: ping-pong', await median(rounds, () => peers.nactPingPong(n(1e5, scale))), pingPong),
    join,
    perSecond('ganglion: join 1-8-1', await median(rounds, () => ours.join(n(5e5, scale), 8)), join),
    perSecond(
      'ganglion: join 1-8-1, a definition each',
      await median(rounds, () => ours.join(n(5e5, scale), 8, 'own')),
      join,
    ),
    ring,
    perSecond('ganglion: ring of 1000', await median(rounds, () => ours.ring(1000, laps)), ring),
    perSecond(
      'ganglion: ring of 1000, a definition each',
      await median(rounds, () => ours.ring(1000, laps, 'own')),
      ring,
    ),
  ]
}

async function populations(scale: number, rounds: number): Promise<BenchResult[]> {
  const base = perSecond('raw ring buffer: spawn', await median(rounds, () => raw.rawSpawn(n(3e5, scale))))
  const ourSpawn = await median(rounds, async () => (await ours.spawn(n(2e5, scale))).perSecond)
  const million = await ours.spawn(n(1e6, scale))
  const theirs = await peers.xstateSpawn(n(1e4, scale))
  return [
    base,
    perSecond('ganglion: spawn', ourSpawn, base),
    perSecond('XState: start', theirs.perSecond, base),
    { name: 'ganglion: actors alive at once', value: n(1e6, scale), unit: 'actors' },
    { name: 'ganglion: idle actor', value: million.bytes, unit: 'bytes' },
    { name: 'XState: idle actor', value: theirs.bytes, unit: 'bytes' },
    perSecond('ganglion: supervised restarts', await median(rounds, () => ours.restart(n(1e5, scale)))),
  ]
}
