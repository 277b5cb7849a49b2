/** The kind of answer a question asks for; `thing` if nothing more is known. */
export type AnswerKind =
  | 'number'
  | 'quantity'
  | 'money'
  | 'percent'
  | 'date'
  | 'duration'
  | 'place'
  | 'person'
  | 'reason'
  | 'manner'
  | 'definition'
  | 'yes-no'
  | 'thing'

/** Not a date or how often: a thing may happen "at dusk", or "every second day". */
export const COUNTED: ReadonlySet<AnswerKind> = new Set([
  'number',
  'quantity',
  'money',
  'percent',
  'duration',
])

/** What is told with a number or the name of a day. */
export const AMOUNTS: ReadonlySet<AnswerKind> = new Set([...COUNTED, 'date'])
