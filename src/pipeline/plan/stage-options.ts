import type { RetryOptions } from '../../behavior/define-processor.ts'
import { checkedMailbox } from '../../behavior/define-processor.ts'
import { backoffOf, type Duration, milliseconds } from '../../kernel/durations.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import type { MailboxOptions } from '../../ports/host.ts'
import { STAGE_OPTIONS } from './known-options.ts'
import type { NodePolicy } from './plan.ts'

/** Most instances of one node. */
export const REPLICAS_MAX = 1024

/** How one node tries, waits and queues, in place of the processor's settings. */
export interface StageOptions {
  /** Instances that share the work behind one name. Default 1. */
  readonly replicas?: number
  readonly retry?: RetryOptions
  /** Per attempt. */
  readonly timeout?: Duration
  readonly mailbox?: MailboxOptions
  /** Messages computed at once by each instance. */
  readonly concurrency?: number
}

/** @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range. */
export function stageOptions(
  path: string,
  options: StageOptions,
): { readonly policy?: NodePolicy; readonly replicas?: number } {
  onlyOptions(options, path, STAGE_OPTIONS)
  const { replicas, retry, timeout, mailbox, concurrency } = options
  onlyOptions(retry, `${path}.retry`, ['attempts', 'backoff'])
  const policy: NodePolicy = {
    ...(retry?.attempts === undefined
      ? {}
      : { attempts: wholeNumber(retry.attempts, `${path}.retry.attempts`) }),
    ...(retry?.backoff === undefined ? {} : { backoffMs: backoffOf(retry.backoff, `${path}.retry.backoff`) }),
    ...(timeout === undefined ? {} : { timeoutMs: milliseconds(timeout, `${path}.timeout`) }),
    ...(concurrency === undefined ? {} : { concurrency: wholeNumber(concurrency, `${path}.concurrency`) }),
    ...(mailbox === undefined ? {} : { mailbox: checkedMailbox(mailbox, `${path}.mailbox`) }),
  }
  return {
    ...(Object.keys(policy).length === 0 ? {} : { policy }),
    ...(replicas === undefined || wholeNumber(replicas, `${path}.replicas`, 1, REPLICAS_MAX) === 1
      ? {}
      : { replicas }),
  }
}
