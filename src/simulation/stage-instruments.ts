import { isThenable } from '../kernel/thenable.ts'
import type { StageSpec } from '../ports/host.ts'
import { SimulatedFaultError } from './errors.ts'
import { crashLater, failRestart, instead, poisoned } from './handler-faults.ts'
import { whenLate } from './late-attempts.ts'
import { shortName } from './names.ts'
import type { Apparatus, Sites } from './sites.ts'

/** The stage, with faults around every attempt. `kill` crashes it. */
export function stageUnder<S>(
  apparatus: Apparatus,
  sites: Sites,
  spec: StageSpec<S>,
  path: string,
  kill: (reason: string) => void,
): StageSpec<S> {
  const { monitor, recorder, kernel } = apparatus
  const crash = (): void => crashLater(kernel, { kill })
  const name = shortName(path)
  let starts = 0
  const under: StageSpec<S> = {
    ...spec,
    start: () => {
      starts += 1
      if (starts > 1) failRestart(sites, path)
      return spec.start()
    },
    run: (state, parcel, stageRun) => {
      recorder.mix(recorder.name(path))
      recorder.mix(parcel.correlation)
      stageRun.maybe = (point) => apparatus.network.maybe(path, point)
      monitor.beginStage(under, path, parcel, stageRun.attempt, stageRun.signal)
      recorder.lastPath = path
      recorder.lastType = undefined
      recorder.handles(name, parcel.type, parcel.body)
      const spoilt = poisoned.has(parcel)
      const fault = spoilt ? undefined : sites.strike('handle', path)
      if (fault?.kind === 'poison') poisoned.add(parcel)
      if (fault?.kind === 'crashReceived') crash()
      const checked = (result: unknown): unknown =>
        crashesAfter(sites, path, crash) ? new Promise(() => {}) : result
      const attempt = (): unknown => {
        const value = spec.run(state, parcel, stageRun)
        return isThenable(value) ? value.then(checked) : checked(value)
      }
      const over = (): void => monitor.endStage(under, stageRun.signal)
      let late = false
      // What it does after its time has nothing to tell any more.
      const failed = (error: unknown): void => {
        if (!late) recorder.failed(name, parcel.type, error)
      }
      whenLate(stageRun.signal, (error) => {
        failed(error)
        late = true
      })
      const run = (): unknown => {
        if (spoilt) throw new SimulatedFaultError('poison', name)
        return fault === undefined ? attempt() : instead(kernel, fault, name, attempt)
      }
      return watched(run, over, failed)
    },
    done: (parcel, value, hop) => {
      monitor.emitted(under, path, parcel, spec.ends(value))
      recorder.mix(parcel.correlation)
      spec.done(parcel, value, hop)
      // Above a stage is only the system, which can't crash.
      const flushed = sites.strike('flushed', path, ['supervisorCrash'])
      if (flushed?.kind === 'crashFlushed') crash()
    },
  }
  return under
}

/** Whether the instance crashes between the work and its result. A stage has no asker to whom it could reply twice. */
function crashesAfter(sites: Sites, path: string, crash: () => void): boolean {
  const fault = sites.strike('handled', path, ['replyTwice'])
  if (fault?.kind !== 'crashHandled') return false
  crash()
  return true
}

/** Calls `over` when the attempt has returned, thrown or settled. */
function watched(attempt: () => unknown, over: () => void, failed: (error: unknown) => void): unknown {
  let result: unknown
  try {
    result = attempt()
  } catch (error) {
    failed(error)
    over()
    throw error
  }
  if (isThenable(result))
    result.then(over, (error) => {
      failed(error)
      over()
    })
  else over()
  return result
}
