/** What a box, and the words beside it, say. */
export interface Choice {
  readonly text: string
  readonly ticked: boolean
  readonly sign: string
}

/** The boxes of a line, and what stands before them. */
export interface Boxed {
  readonly lead: string
  readonly choices: readonly Choice[]
}

const SIGN = '[☐☒☑□■▢◻◼⬜✓✔✗✘🗹🗷🗵]|\\[[ xX✓✔]?\\]|\\([ xX]?\\)'
const BOX = new RegExp(`(?<![^\\s:：?？])(?:${SIGN})(?=\\s|$|[\\p{L}\\p{N}])`, 'gu')
const BLANK = /^(?:[☐□▢◻⬜]|\[ ?\]|\( ?\))$/u
/** A name alone leads to boxes on its line, if it ends with such a mark or a gap. */
const LEADS = /[:：?？)]\s*$|\t\s*$|\s\s$/u
/** As Word documents tell their boxes. */
const TOLD = /^(.*\S)\s\((not )?checked\)$/u

const LINE_CHARS_MAX = 400
const BOXES_MAX = 12

/** Whether some text may hold a box. */
export function mayHoldBox(text: string): boolean {
  return BOX_PART.test(text)
}

const BOX_PART = new RegExp(`${SIGN}|\\(not checked\\)`, 'u')

/** The boxes of a line that begins with one, or with the words that lead to them: "Vegan: ☐ yes ☒ no". */
export function boxesOf(line: string): Boxed | undefined {
  const text = line.trim()
  if (text.length > LINE_CHARS_MAX) return undefined
  const told = TOLD.exec(text)
  const words = told?.[1]
  if (words !== undefined && !/\(not checked\)|\(checked\)|[:：?？]$/u.test(words))
    return { lead: '', choices: [{ text: words, ticked: told?.[2] === undefined, sign: '☒' }] }
  const all = [...text.matchAll(BOX)]
  if (all.length === 0 || all.length > BOXES_MAX) return undefined
  const first = all[0]?.index ?? 0
  const last = all.at(-1)
  const before = text.slice(0, first)
  const after = text.slice((last?.index ?? 0) + (last?.[0].length ?? 0)).trim()
  if (after === '') return wordsFirst(text, all)
  if (before !== '' && !LEADS.test(before)) return undefined
  const choices = all.map((match, i) =>
    choiceOf(match[0], text.slice(match.index + match[0].length, all[i + 1]?.index)),
  )
  return { lead: before.trim(), choices }
}

/** "Vegan: yes ☐ no ☒". */
function wordsFirst(text: string, all: readonly RegExpMatchArray[]): Boxed | undefined {
  const lead = /^[^:：?？]{1,120}[:：?？]\s+/u.exec(text)?.[0] ?? ''
  if (lead === '' || all.length < 2) return undefined
  let from = lead.length
  const choices = all.map((match) => {
    const own = choiceOf(match[0], text.slice(from, match.index))
    from = (match.index ?? 0) + match[0].length
    return own
  })
  return { lead: lead.trim(), choices }
}

function choiceOf(sign: string, words: string): Choice {
  // "☐ yes, ☒ no", "☐ yes / ☒ no", "☐ yes or ☒ no".
  const text = words.trim().replace(/(?:\s*[,;/|]|\s(?:or|oder|ou|o|of))$/u, '')
  return { text, ticked: !BLANK.test(sign), sign }
}
