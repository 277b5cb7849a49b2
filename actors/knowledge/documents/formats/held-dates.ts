import { HELD } from './held-numbers.ts'

/** The names of months where a point stands behind the day, from January on: German, Dutch, Danish, Norwegian and Swedish, Finnish, Czech, Polish. */
const MONTHS = [
  'januar|jänner|januari|tammikuuta|tammikuu|ledna|leden|stycznia',
  'februar|februari|helmikuuta|helmikuu|února|únor|lutego',
  'märz|maart|marts|mars|maaliskuuta|maaliskuu|března|březen|marca',
  'april|huhtikuuta|huhtikuu|dubna|duben|kwietnia',
  'mai|mei|maj|toukokuuta|toukokuu|května|květen|maja',
  'juni|kesäkuuta|kesäkuu|června|červen|czerwca',
  'juli|heinäkuuta|heinäkuu|července|červenec|lipca',
  'august|augustus|augusti|elokuuta|elokuu|srpna|srpen|sierpnia',
  'september|syyskuuta|syyskuu|září|września',
  'oktober|lokakuuta|lokakuu|října|říjen|października',
  'november|marraskuuta|marraskuu|listopadu|listopad|listopada',
  'dezember|december|desember|joulukuuta|joulukuu|prosince|prosinec|grudnia',
].map((names) => new RegExp(`^(?:${names})$`, 'iu'))
const SHORT = /^(?:jan|feb|mär|apr|jun|jul|aug|sept?|okt|nov|dez)\.$/iu
/** "24. Dezember", at the start of a line or of an item. */
const DAY = /^([ \t>]*(?:[-*+•][ \t]+)?)(\p{N}{1,2})\.[ \t]{1,3}(\p{L}{3,14}\.?)?/u
const DAY_LAST = 31
/** Lines further up count nothing on. */
const BETWEEN_MAX = 4

interface Counted {
  readonly at: number
  readonly number: number
  /** From 0; none without a name of a month. */
  readonly month: number | undefined
}

/** Holds the day at the start of lines that begin with a date ("24. Dezember: bis 12 Uhr"): it counts no item. No line moves. */
export function withHeldDates(lines: readonly string[]): string[] {
  const found = [...lines]
  const counted = lines.flatMap((line, at) => countedIn(line, at))
  for (let from = 0; from < counted.length; ) {
    let to = from + 1
    while (to < counted.length && follows(counted[to - 1] as Counted, counted[to] as Counted)) to += 1
    const chain = counted.slice(from, to)
    if (areDates(chain))
      for (const { at } of chain)
        found[at] = (found[at] as string).replace(
          DAY,
          (all, mark: string, day: string) => `${mark}${day}${HELD}${all.slice(mark.length + day.length)}`,
        )
    from = to
  }
  return found
}

function countedIn(line: string, at: number): Counted[] {
  const [, , day = '', word = ''] = DAY.exec(line) ?? []
  if (day === '') return []
  const month = SHORT.test(word) ? -1 : MONTHS.findIndex((name) => name.test(word.replace(/\.$/u, '')))
  const named = month >= 0 || SHORT.test(word)
  return [{ at, number: Number(day), month: named ? month : undefined }]
}

function follows(above: Counted, { at, number }: Counted): boolean {
  return number === above.number + 1 && at - above.at <= BETWEEN_MAX
}

/** "1. Januar" above "2. Februar" counts the months, and "1. April Smith" above "2. June Carter" people. */
function areDates(chain: readonly Counted[]): boolean {
  const [first] = chain
  if (first === undefined || chain.some(({ month }) => month === undefined)) return false
  if (chain.some(({ number }) => number < 1 || number > DAY_LAST)) return false
  if (chain.length === 1 || new Set(chain.map(({ month }) => month)).size < chain.length) return true
  return first.number > 1 && chain.some(({ number, month }) => number !== (month ?? 0) + 1)
}
