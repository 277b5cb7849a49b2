import { isThenable } from '../kernel/thenable.ts'
import type { StageSpec } from '../ports/host.ts'
import { SimulatedFaultError } from './errors.ts'
import { crashLater, failRestart, instead, poisoned } from './handler-faults.ts'
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
      recorder.lastHandled = `the processor '${path}'`
      recorder.add('handle', name, name, parcel.type)
      if (poisoned.has(parcel)) throw new SimulatedFaultError('poison', name)
      const fault = sites.strike('handle', path)
      if (fault?.kind === 'poison') poisoned.add(parcel)
      if (fault?.kind === 'crashReceived') crash()
      const checked = (result: unknown): unknown => {
        // A stage has no asker to whom it could reply twice.
        const handled = sites.strike('handled', path, ['replyTwice'])
        if (handled === undefined) return result
        switch (handled.kind) {
          case 'crashHandled':
            crash()
            return new Promise(() => {})
          case 'replyTwice':
            return result
          default:
            return handled.kind satisfies never
        }
      }
      const attempt = (): unknown => {
        const value = spec.run(state, parcel, stageRun)
        return isThenable(value) ? value.then(checked) : checked(value)
      }
      const over = (): void => monitor.endStage(under, stageRun.signal)
      return watched(() => (fault === undefined ? attempt() : instead(kernel, fault, name, attempt)), over)
    },
    done: (parcel, value, hop) => {
      monitor.emitted(under, path, parcel, spec.ends(value))
      recorder.mix(parcel.correlation)
      spec.done(parcel, value, hop)
      const flushed = sites.strike('flushed', path, ['supervisorCrash'])
      if (flushed !== undefined) {
        switch (flushed.kind) {
          case 'crashFlushed':
            crash()
            break
          case 'supervisorCrash':
            break
          default:
            flushed.kind satisfies never
        }
      }
    },
  }
  return under
}

/** Calls `over` when the attempt has returned, thrown or settled. */
function watched(attempt: () => unknown, over: () => void): unknown {
  let result: unknown
  try {
    result = attempt()
  } catch (error) {
    over()
    throw error
  }
  if (isThenable(result)) result.then(over, over)
  else over()
  return result
}
