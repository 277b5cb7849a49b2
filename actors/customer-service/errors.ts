import { GanglionError } from '../../src/kernel/errors.ts'

export type CustomerServiceErrorCode = 'too-few-examples' | 'intents-damaged' | 'intents-missing'

/** The team can't be made of what it was given. */
export class CustomerServiceError extends GanglionError {
  constructor(
    code: CustomerServiceErrorCode,
    what: string,
    path: string,
    value: unknown,
    remedy: string,
    cause?: unknown,
  ) {
    super(code, what, { path, value, remedy, cause })
  }
}
