import { remarkOf } from './comments.ts'

/** A line of a comment. */
interface CommentLine {
  readonly line: number
  readonly text: string
}

/** A comment that heads the settings below it, or lines that say something else. */
export type Piece<T extends CommentLine> =
  | { readonly head: string; readonly lines: readonly T[] }
  | { readonly head?: undefined; readonly lines: readonly T[] }

/** "# ----------". */
const RULE = /^\s*(?:#|;|!|\/\/)+\s*[-=*#~_/+]{3,}\s*$/u
/** "# --- Mail ---", "#### Cache ####", "# === Storage", "# Mail -----". */
const DECORATED = /^\s*(?:#+|;+|\/{2,})\s*[-=*#~_]{2,}\s+(\S.*?)\s*[-=*#~_]{2,}\s*$/u
const HASHES = /^\s*#{3,}\s*([^\s#].*?)\s*#{2,}\s*$/u
const BEGUN = /^\s*(?:#|;|\/\/)\s*[-=*~_]{3,}\s+(\S.*)$/u
const CLOSED = /^\s*(?:#|;|\/\/)\s*(\S.*?)\s[-=*#~_]{4,}\s*$/u
/** "# Mail", "# Mail #", between two rules. */
const BETWEEN = /^\s*(?:#+|;+|\/{2,})\s*(\S.*?)\s*(?:#+|;+|\/{2,})?\s*$/u

/** A longer line is no heading, nor searched. */
const LINE_CHARS_MAX = 160
const HEAD_CHARS_MAX = 60
const HEAD_WORDS_MAX = 8

/** What shouts at its readers, or closes what stands above, heads nothing. */
const NO_HEAD =
  /^(?:do not|don['’]t|never|warning|caution|note|important|attention|todo|fixme|end|eof|begin|start of|generated|auto-?generated|managed|this file|see|copyright|\(c\)|licen[cs]e|authors?|version|last)\b/iu

/** The parts of a comment: heads, which have signs before or behind them or stand between rules, and all else. */
export function piecesOf<T extends CommentLine>(run: readonly T[]): Piece<T>[] {
  const found: Piece<T>[] = []
  let rest: T[] = []
  const close = () => {
    if (rest.length > 0) found.push({ lines: rest })
    rest = []
  }
  for (let i = 0; i < run.length; i += 1) {
    const count = isBoxed(run, i) ? 3 : 1
    const lines = run.slice(i, i + count)
    const head = count === 3 ? headIn(run[i + 1]?.text, [BETWEEN]) : headOf(run[i]?.text)
    if (head === undefined) rest.push(run[i] as T)
    else {
      close()
      found.push({ head, lines })
      i += count - 1
    }
  }
  close()
  return found
}

/** A line alone between two rules. */
function isBoxed(run: readonly CommentLine[], i: number): boolean {
  return isRule(run[i]?.text) && !isRule(run[i + 1]?.text) && isRule(run[i + 2]?.text)
}

function isRule(text = ''): boolean {
  return text.length <= LINE_CHARS_MAX && RULE.test(text)
}

function headOf(text: string | undefined): string | undefined {
  return headIn(text, [DECORATED, HASHES, BEGUN, CLOSED])
}

function headIn(text = '', forms: readonly RegExp[]): string | undefined {
  if (text.length > LINE_CHARS_MAX) return undefined
  const head = forms.map((form) => form.exec(text)?.[1]).find((one) => one !== undefined)
  if (head === undefined || head.length > HEAD_CHARS_MAX || head.split(/\s+/u).length > HEAD_WORDS_MAX)
    return undefined
  if (!/\p{L}{2}/u.test(head) || /[.!?;]$/u.test(head) || NO_HEAD.test(head)) return undefined
  // A setting that is switched off, other code and the line of a license are none.
  const { words, off } = remarkOf([`# ${head}`], 1)
  return off.length > 0 || words.length === 0 ? undefined : head.replace(/\s*:$/u, '')
}
