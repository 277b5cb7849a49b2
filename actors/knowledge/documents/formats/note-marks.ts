/** "**", "++", "†", "²", "(1)", "1)", "a)": what refers from a text to a note below it. */
export const NOTE_MARK =
  '\\*+|\\++|†+|‡+|§+|¶+|#+|°+|[⁰¹²³⁴-⁹]+|(?<![\\p{L}\\p{N}])\\([\\p{N}]{1,2}\\)|(?<!\\p{N})\\p{N}{1,2}\\)|(?<![\\p{L}\\p{N}(])\\(?[a-h]\\)'

/** Where a mark stands in a line above its note. */
export interface Mention {
  /** From 0. */
  readonly line: number
  /** The characters of its line before it. */
  readonly column: number
  /** It stands at the end of a cell or a clause. */
  readonly ends: boolean
  /** Its line has several cells. */
  readonly inRow: boolean
  /** It is all that its cell has. */
  readonly alone: boolean
}

const CHAIN = new RegExp(`(?:${NOTE_MARK})(?:,? ?(?:${NOTE_MARK}))*`, 'gu')
const ONE = new RegExp(NOTE_MARK, 'gu')
const MARK_CHARS_MAX = 4
const LINE_CHARS_MAX = 2_000
/** Of what stands before and after a mark. */
const CHARS_READ = 80
/** Of a line before a mark, for what it stands at. */
const NAME_CHARS_READ = 400

/** What ends a cell or a clause. */
const END =
  /^(?:\s*$|\s{2}|\t|[.,;:!?)]+(?=\s|$)|\s*\||\s*\.{2,}|\s[€$£]?\s?\p{N}{1,5}[.,]\p{N}{2}(?!\p{N}))/u
/** A mark that hangs on its word may stand within a sentence. */
const END_OF_WORD = /^(?:\s|["'”’»])/u
const RAISED = /^[⁰¹²³⁴-⁹]/u
const SYMBOL = /^[*†‡§¶⁰¹²³⁴-⁹]/u
const BEFORE = /[\p{L}\p{N})\].!?”’»%€$£|]$/u
/** "C++", "18+", "5°" and "A+" have no marks. */
const BEFORE_SIGN = /(?:\p{L}{3}|[\p{L})]\s+|[)|]\s*)$/u
/** "char* name = 0" is no text. */
const CODE = /^\s?\w+\s?[(=;)]/u
/** "20 m²". */
const UNIT = /(?:^|\P{L})(?:[kcmd]?m|ft|in|yd|mi|s)$/u
/** "**bold** words", "/* code". */
const OPENED = /(?:^|[\s(])\*+[^\s*]|\/\*/u
/** "step 2)", "Section 3 (a)". */
const REFERS =
  /(?:see|steps?|sections?|clauses?|figures?|fig|items?|paragraphs?|para|options?|articles?|art|parts?|points?|nos?|eq|rule|siehe|punkt|absatz|abs|nr|ziffer|§)[\s.]*\p{N}*\s*$/iu
/** "(4)", a loss, beside others. */
const LOSS = /(?:^|\s)\(\p{N}[\p{N}.,]*\)(?=\s|$)/gu
const NEXT_CELL = /(?:\s{2}|\t|\|\s?)$/u
const GAP = /\S(?:[ \t]{2,}|\t|[ ]?\.{3,}[ ]?|[ ]?\|[ ]?)\S/u

/** Where each of these marks stands at the end of words or cells, in the order of the lines. */
export function mentionsOf(lines: readonly string[], marks: ReadonlySet<string>): Map<string, Mention[]> {
  const found = new Map<string, Mention[]>()
  lines.forEach((line, i) => {
    if (line.length > LINE_CHARS_MAX) return
    const isRow = hasCells(line)
    const hasLosses = isRow && (line.match(LOSS)?.length ?? 0) > 1
    for (const { 0: chain, index } of line.matchAll(CHAIN)) {
      const own = (chain.match(ONE) ?? []).flatMap(parted).filter((mark) => marks.has(mark))
      if (own.length === 0) continue
      const before = line.slice(Math.max(0, index - CHARS_READ), index)
      const after = line.slice(index + chain.length, index + chain.length + CHARS_READ)
      for (const mark of own) {
        if (!isMention(mark, before, after) || (hasLosses && /^\(\p{N}/u.test(mark))) continue
        const ends = END.test(after)
        const all = found.get(mark) ?? []
        if (all.length === 0) found.set(mark, all)
        all.push({
          line: i,
          column: index,
          ends,
          inRow: ends && isRow,
          alone: isRow && NEXT_CELL.test(before),
        })
      }
    }
  })
  return found
}

/** Whether a line has several cells. */
export function hasCells(line: string): boolean {
  return GAP.test(line.slice(0, LINE_CHARS_MAX))
}

/** "²³" are two marks. */
function parted(mark: string): string[] {
  return RAISED.test(mark) ? [...mark] : [mark]
}

function isMention(mark: string, before: string, after: string): boolean {
  if (mark.length > MARK_CHARS_MAX || !BEFORE.test(before.trimEnd())) return false
  const attached = !/\s$/u.test(before)
  if (!END.test(after) && !(attached && SYMBOL.test(mark) && END_OF_WORD.test(after))) return false
  // "remote.*, color.*" are patterns.
  if (attached && before.endsWith('.') && /^\S/u.test(after)) return false
  if (mark.startsWith('*')) return !OPENED.test(before) && !CODE.test(after)
  if (/^[+#°]/u.test(mark)) return BEFORE_SIGN.test(before)
  if (/^[²³]$/u.test(mark)) return !UNIT.test(before)
  if (SYMBOL.test(mark)) return true
  if (REFERS.test(before)) return false
  return mark.startsWith('(') || before.lastIndexOf('(') <= before.lastIndexOf(')')
}

const ALL_MARKS = new RegExp(`(?<![\\s,])[\\s,]*(?:${NOTE_MARK})$`, 'u')
const BULLET = /^(?:[-*+•·–]|\p{N}{1,3}[.)])\s+/u

const SENTENCES = /(?<=[.!?])\s+(?=\p{Lu})/u

/** What a mark stands at, "Fish stew": the last sentence of its cell, after what its row begins with. */
export function nameAt(lines: readonly string[], { line, column }: Mention): string {
  const text = (lines[line] as string).slice(Math.max(0, column - NAME_CHARS_READ), column)
  const cells = text
    .trim()
    .split(/\s*\|\s*|\t+|\s{2,}|\s?\.{3,}\s?/u)
    .map((cell) => cell.replace(BULLET, '').replace(ALL_MARKS, '').trim())
    .filter((cell) => cell !== '')
  const last = cells.at(-1) ?? ''
  const [first = ''] = cells
  if (cells.length <= 1) return last.split(SENTENCES).at(-1) ?? last
  const named = LONG_ENOUGH.test(last) ? first : (cells.find((cell) => LONG_ENOUGH.test(cell)) ?? first)
  return [...new Set([first, named, last])].join(' ')
}

/** "yes" and "18:40" name nothing. */
const LONG_ENOUGH = /(?:\P{L}*\p{L}){4}/u
