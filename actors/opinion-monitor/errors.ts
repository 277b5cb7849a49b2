import { GanglionError, type GanglionErrorDetails } from '../../src/kernel/errors.ts'

export type OpinionMonitorErrorCode =
  | 'weights-unreadable'
  | 'headlines-unreadable'
  | 'webhook-refused'
  | 'feed-parser-missing'
  | 'feed-unreadable'
  | 'nats-missing'
  | 'nats-refused'

/** The opinion monitor can't use what it was given; `path` names the option, file or line. */
export class OpinionMonitorError extends GanglionError {
  constructor(code: OpinionMonitorErrorCode, what: string, details: GanglionErrorDetails) {
    super(code, what, details)
  }
}
