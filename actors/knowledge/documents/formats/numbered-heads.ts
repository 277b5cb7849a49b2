import { indent } from '../../text/indent.ts'
import { type Numbered, numberedOf } from './numbered-lines.ts'

/** A line that stands as a heading, and the lines below it that are part of it. */
export interface Head {
  readonly level: number
  readonly text: string
  readonly lines: number
}

const TITLE_CHARS_MAX = 70
const WORDS_MAX = 9
/** A longer line above a text may be wrapped. */
const ABOVE_TEXT_MAX = 50
const TITLE = /^["“„'‘(]?[\p{Lu}\p{Lo}]/u
const SAID = /[.!?;]\s|:\s|[!?:;,]$|\S(?:\t| {3,})\S|\. ?\. ?\./u
const ITEM = /^\s*(?:[-*+•]|\(?\p{Ll}{1,4}[.)]|\(\p{N}{1,2}\))\s/u
const LEVEL_FIRST = 3
const LEVEL_LAST = 5

const OUTER_NAMES =
  'chapter|part|book|title|appendix|annex|exhibit|schedule|kapitel|teil|anhang|anlage|chapitre|partie|annexe|capítulo|parte|anexo|capitolo|allegato'
/** "Chapter 2", "PART II", "Appendix B". */
const OUTER = new RegExp(`^(?:${OUTER_NAMES})$`, 'iu')
/** "Article 4. TERMINATION.", "Section 2 Fees", "§ 3 Board", "Chapter 2". */
const NAMED =
  /^(?<name>\p{Lu}\p{L}{2,9}\.?|§) ?(?<number>\p{N}{1,3}(?:\.\p{N}{1,3}){0,3}\p{Ll}?|[IVXLC]{1,7}|\p{Lu})[.:)]?(?:[ \t]+(?:[-–—:|] ?)?(?<words>\S.*))?$/u
const NAME = new RegExp(
  `^(?:article|art\\.|section|sec\\.|clause|artikel|abschnitt|artículo|sección|articolo|sezione|§|${OUTER_NAMES})$`,
  'iu',
)
/** "第一章 总则". */
const CHINESE =
  /^第[〇零一二三四五六七八九十百\p{N}]{1,5}(?<kind>[编編篇章节節部])[\s\u3000]*[^。，；]{0,40}$/u

/** A numbered line, and what stands around it. */
interface Entry {
  readonly at: number
  readonly numbered: Numbered
  readonly title: boolean
  /** What stands below: a text, only items, or the next of the same kind. */
  readonly below: 'text' | 'items' | 'none'
  /** Below stands what is numbered as its part. */
  readonly parted: boolean
}

/**
 * The numbered lines of a text that stand as headings: titles, most of which have a text below ("1. Prices", above sentences, and
 * "2. Returns"). What somebody counts ("1. Boil water.") is a list.
 */
export function numberedHeads(lines: readonly string[], titles: ReadonlySet<number>): Map<number, Head> {
  const found = new Map<number, Head>()
  const kinds: string[] = []
  const levelOf = (kind: string, depth: number) => {
    if (!kinds.includes(kind)) kinds.push(kind)
    return Math.min(LEVEL_FIRST + kinds.indexOf(kind) + depth - 1, LEVEL_LAST)
  }
  const named = namedHeads(lines)
  const entries = headEntries(chainsOf(entriesOf(lines)), titles)
  for (const { at, numbered } of entries.sort((a, b) => a.at - b.at)) {
    if (kinds.length === 0 && named.some((one) => one.at < at && one.kind === 'inner')) kinds.push('named')
    found.set(at, {
      level: levelOf(numbered.kind, numbered.depth),
      text: (lines[at] as string).trim(),
      lines: 1,
    })
  }
  for (const { at, kind, text, lines: count } of named)
    found.set(at, { level: kind === 'outer' ? 2 : levelOf('named', 1), text, lines: count })
  return found
}

function entriesOf(lines: readonly string[]): Entry[] {
  const filled = nextFilled(lines)
  return lines.flatMap((line, at) =>
    numberedOf(line).map((numbered): Entry => {
      const next = filled[at] ?? lines.length
      const text = lines[next] ?? ''
      const directly = next === at + 1
      const title =
        isTitle(numbered.words) &&
        opens(lines, at) &&
        (!directly || (line.length <= ABOVE_TEXT_MAX && /^\s*[\p{Lu}\p{Lo}\p{N}"“(]/u.test(text)))
      const nexts = numberedOf(text.trimStart())
      const path = [numbered.parent, numbered.number].filter((one) => one !== '').join('.')
      const parted = nexts.some((one) => one.kind === 'digit' && one.parent === path)
      // Lines of an item are indented below its first words.
      const inner = directly && indent(text) > indent(line) && !isCapitals(numbered.words)
      const below: Entry['below'] = parted ? 'text' : inner ? 'items' : kindOf(text, numbered, nexts)
      return { at, numbered, title, below, parted }
    }),
  )
}

/** For each line, the next one below that isn't blank. */
function nextFilled(lines: readonly string[]): number[] {
  const found: number[] = []
  let next = lines.length
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    found.push(next)
    if ((lines[i] as string).trim() !== '') next = i
  }
  return found.reverse()
}

function kindOf(text: string, numbered: Numbered, nexts: readonly Numbered[]): Entry['below'] {
  if (text === '' || nexts.some((one) => one.kind === numbered.kind && one.depth <= numbered.depth))
    return 'none'
  return ITEM.test(text) ? 'items' : 'text'
}

/** Words that end as no sentence does. */
function isTitle(words: string): boolean {
  const text = words.trim()
  if (text.length > TITLE_CHARS_MAX || !TITLE.test(text) || SAID.test(text)) return false
  return text.split(/\s+/u).length <= WORDS_MAX && (!text.endsWith('.') || isCapitals(text))
}

function isCapitals(text: string): boolean {
  return /\p{Lu}{2}/u.test(text) && !/\p{Ll}/u.test(text)
}

/** Nothing goes on in a line: it stands below a blank one, a heading, or the end of a sentence. */
function opens(lines: readonly string[], at: number): boolean {
  const above = lines[at - 1] ?? ''
  if (above.trim() === '' || above.startsWith('#')) return true
  // "500 ML MILK", "1 PINCH SALT".
  const counts = numberedOf(lines[at] as string).some(({ bare }) => bare)
  if (counts && numberedOf(above).some(({ depth }) => depth === 1)) return false
  return numberedOf(above).length > 0
    ? isTitle(numberedOf(above)[0]?.words ?? '')
    : /[.!?:][”’"')]*\s*$/u.test(above)
}

const CHAINS_MAX = 8

/** Lines that count on: of each kind and below each number, those from one to the next. */
function chainsOf(entries: readonly Entry[]): Entry[][] {
  const found: Entry[][] = []
  const open = new Map<string, Entry[][]>()
  for (const entry of entries) {
    const { kind, parent, number, bare } = entry.numbered
    // "3 Bikes" doesn't go on from "2. What is slip".
    const key = `${kind} ${parent} ${bare}`
    const chains = open.get(key) ?? []
    open.set(key, chains)
    const fits = chains.filter((chain) => chain.at(-1)?.numbered.number === number - 1)
    const chain = fits.findLast((one) => isLike(one.at(-1), entry)) ?? fits.at(-1)
    if (chain !== undefined) {
      chain.push(entry)
      chains.splice(chains.indexOf(chain) + 1)
    } else {
      const begun = [entry]
      found.push(begun)
      chains.push(begun)
      if (chains.length > CHAINS_MAX) chains.shift()
    }
  }
  return found
}

function isLike(before: Entry | undefined, entry: Entry): boolean {
  return before?.title === entry.title && (before.below === 'text') === (entry.below === 'text')
}

/** Of six of ten a text stands below; of few nothing does. */
const TEXTS_LEAST = 0.6
const NONE_MOST = 0.25

function headEntries(chains: readonly Entry[][], named: ReadonlySet<number>): Entry[] {
  const found = chains.flatMap((chain) => {
    const titles = chain.filter(({ title }) => title)
    const texts = titles.filter(({ below }) => below === 'text')
    const none = titles.filter(({ below }) => below === 'none')
    if (texts.length < TEXTS_LEAST * chain.length || none.length > NONE_MOST * chain.length) return []
    return (texts.length > 1 && isCounted(chain)) || texts.some((one) => isAlone(one) || named.has(one.at))
      ? titles.filter(({ below }) => below !== 'none')
      : []
  })
  // "2 Maintenance" goes on from "1.3 Limits", and "1. Scope" stands above it.
  const parents = new Set(
    found.flatMap(({ numbered: { depth, parent } }) => (depth > 1 ? [parent.split('.')[0]] : [])),
  )
  const more = chains.flatMap((chain) =>
    chain.filter(
      ({ numbered: { kind, depth, bare, number }, title, below }) =>
        kind === 'digit' &&
        depth === 1 &&
        title &&
        below === 'text' &&
        (parents.has(`${number}`) || (bare && parents.has(`${number - 1}`))),
    ),
  )
  // "A. Sampling", alone in "II. Methods".
  if (found.length > 0)
    for (const chain of chains)
      for (const one of chain.length === 1 ? chain : [])
        if (one.numbered.kind === 'letter' && one.numbered.number === 1 && one.title && one.below === 'text')
          more.push(one)
  const taken = new Set(found.map(({ at }) => at))
  return [...found, ...more.filter(({ at }) => !taken.has(at))]
}

/** Bare numbers that are no amounts count from 1 or have parts: "1 Introduction", and not "3 Bikes". */
function isCounted(chain: readonly Entry[]): boolean {
  const { bare = false, number } = chain[0]?.numbered ?? {}
  return !bare || number === 1 || chain.some(({ parted }) => parted)
}

/** What alone of its kind is a heading: one with parts, a part itself, or the first one, in capitals. "J. SMITH" is a name. */
function isAlone({ numbered: { kind, depth, number, bare, words }, parted }: Entry): boolean {
  if (parted || depth > 1) return true
  return kind === 'digit' && !bare && number === 1 && isCapitals(words)
}

interface NamedHead {
  readonly at: number
  readonly kind: 'outer' | 'inner'
  readonly text: string
  readonly lines: number
}

function namedHeads(lines: readonly string[]): NamedHead[] {
  const below = nextFilled(lines)
  return lines.flatMap((line, at): NamedHead[] => {
    const text = line.trim()
    if (text.length > TITLE_CHARS_MAX + 20 || !opens(lines, at)) return []
    const chinese = CHINESE.exec(text)?.groups
    if (chinese !== undefined)
      return [{ at, kind: /[节節]/u.test(chinese.kind ?? '') ? 'inner' : 'outer', text, lines: 1 }]
    const { name = '', words } = NAMED.exec(text)?.groups ?? {}
    const next = (lines[below[at] ?? lines.length] ?? '').trim()
    if (!NAME.test(name) || next === '' || NAMED.exec(next)?.groups?.name === name) return []
    const kind = OUTER.test(name) ? 'outer' : 'inner'
    if (words !== undefined) return isTitle(words) ? [{ at, kind, text, lines: 1 }] : []
    // "Chapter 2", and its title below.
    const titled = below[at] === at + 1 && (lines[at + 2] ?? '').trim() === '' && isTitle(next)
    const under = lines[below[at + 1] ?? lines.length] !== undefined
    return [titled && under ? { at, kind, text: `${text}: ${next}`, lines: 2 } : { at, kind, text, lines: 1 }]
  })
}
