import type { Ref } from '../behavior/ref.ts'
import type { RunningPipeline } from '../pipeline/control/running-pipeline.ts'
import type { Runnable } from '../ports/host.ts'
import type { ActorHandle } from '../system/actor/actor-handle.ts'
import { ActorSystem } from '../system/actor-system.ts'
import type { Instruments } from '../system/dispatch/instruments.ts'
import type { LedgerSnapshot } from '../system/dispatch/ledger.ts'
import type { SystemOptions } from '../system/system-options.ts'
import { isCalled } from './aims.ts'
import { shortName } from './names.ts'
import type { Watcher } from './step-watcher.ts'

/** A system that reports the pipelines it starts to its run. */
export class SimulatedSystem extends ActorSystem {
  readonly pipelines: Pick<RunningPipeline<unknown, unknown>, 'inFlight' | 'kill' | 'processors'>[] = []

  readonly #watcher: Watcher | undefined

  constructor(options: SystemOptions, instruments: Instruments, watcher?: Watcher) {
    super({ log: false, ...options }, instruments)
    this.#watcher = watcher
    if (watcher !== undefined) this['~waits']().wheel.watch = (due, what) => watcher.wheel(due, what)
  }

  override subscribe<H, K extends keyof H & string>(topic: string, ref: Ref<H>, type: K): () => void {
    this.#watcher?.everything()
    const leave = super.subscribe(topic, ref, type)
    return () => {
      this.#watcher?.everything()
      leave()
    }
  }

  actors(): ActorHandle[] {
    return this.paths().map((path) => this.find(path.slice(this.name.length + 1)) as ActorHandle)
  }

  override async run<R>(runnable: Runnable<R>): Promise<R> {
    const running = await super.run(runnable)
    const pipeline = running as Partial<RunningPipeline<unknown, unknown>>
    if (typeof pipeline.inFlight === 'number')
      this.pipelines.push(pipeline as RunningPipeline<unknown, unknown>)
    return running
  }
}

/** Crashes the actor or processor of this name, in any system. False where there is none. */
export function crash(systems: readonly SimulatedSystem[], name: string): boolean {
  let found = false
  for (const system of systems) {
    for (const pipeline of system.pipelines) {
      if (!pipeline.processors().some((one) => one.name === name)) continue
      pipeline.kill(name, 'the scenario crashes it')
      found = true
    }
    const actor = system.actors().find(({ path }) => isCalled(shortName(path), name))
    if (actor === undefined) continue
    actor.kill('the scenario crashes it')
    found = true
  }
  return found
}

/** A system's ledger that does not balance: a message was lost or counted twice. */
export function unbalanced(systems: readonly SimulatedSystem[]): LedgerSnapshot | undefined {
  for (const system of systems) {
    const ledger = system.ledger()
    if (!ledger.balanced) return ledger
  }
  return undefined
}

/** Whether no message, ask or run of a pipeline is in flight. */
export function atRest(systems: readonly SimulatedSystem[]): boolean {
  for (const system of systems) {
    if (!system.isQuiet) return false
    for (const { inFlight } of system.pipelines) if (inFlight > 0) return false
  }
  return true
}

/** What stopped systems still hold: the broken invariant, and how. */
export function leftBehind(systems: readonly SimulatedSystem[]): [invariant: string, what: string][] {
  const left: [string, string][] = []
  for (const system of systems) {
    const { timers, asks } = system.pending()
    if (timers > 0)
      left.push(['no timer left behind', `${timers} of '${system.name}' still wait after its stop`])
    if (asks > 0) left.push(['no ask left behind', `${asks} of '${system.name}' never settle`])
  }
  return left
}

/** What the systems wait for, in words. */
export function waitedFor(systems: readonly SimulatedSystem[]): string[] {
  const parts: string[] = []
  for (const system of systems) {
    const { inFlight } = system.ledger()
    const { asks } = system.pending()
    if (inFlight > 0) parts.push(`${inFlight} messages in '${system.name}' (${loaded(system)})`)
    if (asks > 0) parts.push(`${asks} asks`)
    for (const pipeline of system.pipelines) {
      if (pipeline.inFlight > 0) parts.push(`${pipeline.inFlight} runs of a pipeline`)
    }
  }
  return parts
}

function loaded(system: SimulatedSystem): string {
  const stages = system.pipelines.flatMap((pipeline) => pipeline.processors())
  return [...system.actors(), ...stages]
    .filter(({ load }) => load > 0)
    .map(({ path, load, state }) => `${path}: ${load}, ${state}`)
    .join('; ')
}
