import { aFunction, demand, maybeText } from '../../kernel/demand.ts'
import { type Known, onlyKnown } from '../../kernel/only-options.ts'
import { checkPriority } from '../../mailbox/mailbox.ts'
import type { PipelineAskOptions } from './running-pipeline.ts'

/** Made here, not by a caller, so nothing in it needs a check. */
export const NO_OPTIONS: PipelineAskOptions = {}

/** @throws InvalidArgumentError (`invalid-argument`) naming an unknown option, or a signal that is not one. */
export function checkOptions(
  pipeline: string,
  options: Omit<PipelineAskOptions, 'timeout'>,
  known: Known,
): void {
  if (options === NO_OPTIONS) return
  onlyKnown(options, pipeline, known)
  const { signal, tenant, orderKey, idempotencyKey, priority, onEvent } = options
  if (priority !== undefined) checkPriority(priority)
  maybeText(tenant, 'tenant', pipeline)
  maybeText(orderKey, 'orderKey', pipeline)
  maybeText(idempotencyKey, 'idempotencyKey', pipeline)
  if (onEvent !== undefined) aFunction(onEvent, `${pipeline}.onEvent`)
  if (signal === undefined) return
  demand(
    signal,
    `${pipeline}.signal`,
    'an AbortSignal',
    (given) => typeof given.addEventListener === 'function',
  )
}
