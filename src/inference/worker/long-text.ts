import { badRow, textOf } from './row-error.ts'

/** Most windows of one row: beyond it an answer would take minutes, and its batch with it. */
const WINDOWS_MAX = 64
const CHARACTERS_PER_TOKEN = 16

/**
 * A text that is read to its end, however many windows that takes, and therefore needs a bound.
 *
 * @throws InferenceError (`bad-input`) for a text too long for 64 windows.
 */
export function boundedText(value: unknown, index: number, within: string, room: number): string {
  const text = textOf(value, index, within)
  const most = WINDOWS_MAX * Math.max(1, room) * CHARACTERS_PER_TOKEN
  if (text.length <= most) return text
  throw badRow(
    index,
    within,
    `a text of ${text.length} characters is too long: the limit is ${most}`,
    text.length,
    'Split it into passages, and send each as a row',
  )
}

/** @throws InferenceError (`bad-input`) for more windows than a row may have. */
export function checkWindows(windows: number, index: number, within: string): void {
  if (windows <= WINDOWS_MAX) return
  throw badRow(
    index,
    within,
    `the text fills ${windows} windows of the model: the limit is ${WINDOWS_MAX}`,
    windows,
    'Split it into passages, and send each as a row',
  )
}
