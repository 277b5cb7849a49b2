import { GanglionError, type GanglionErrorDetails } from '../../src/kernel/errors.ts'

/** Questions or documents of an evaluation can't be read. Code `evaluation-data`; `path` names the line or field. */
export class EvaluationDataError extends GanglionError {
  constructor(what: string, details: GanglionErrorDetails) {
    super('evaluation-data', what, details)
  }
}
