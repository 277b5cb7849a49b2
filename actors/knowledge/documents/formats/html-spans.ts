import type { Element, Nodes, Parents } from 'hast'
import { classesOf, styleOf, textOf } from './html-nodes.ts'

/** What parts elements that stand beside each other without text between them: browsers do so by style. */
export function separatorBefore(node: Element, parent: Parents): string {
  // Asked by each of its children: a paragraph may have 100,000 of them.
  const asked = rows.get(parent) ?? separators(parent)
  rows.set(parent, asked)
  return asked.get(node) ?? ''
}

const rows = new WeakMap<object, ReadonlyMap<unknown, string>>()
const NONE: ReadonlyMap<unknown, string> = new Map()

/** "Power" and "110 kW" are two texts; "Our fee is ", "50" and " EUR" are one, which an editor has cut. */
function separators(parent: Parents): ReadonlyMap<unknown, string> {
  const all = parent.children
  if (all.length < 2) return NONE
  const texts: string[] = []
  for (const one of all) {
    const text = one.type === 'element' ? textOf(one) : ''
    if (text.trim().length < 2) return NONE
    texts.push(text)
  }
  const prose = parent.type === 'element' && /^(?:p|li|h[1-6])$/u.test(parent.tagName)
  if (all.every(isRun) && all.some((one) => one.type === 'element' && one.tagName === 'span')) return NONE
  // "Price" and "from 5 EUR" have names of their own.
  const named = all.every((one) => one.type === 'element' && classesOf(one).length > 0)
  const seams = texts.map((text, i) => i > 0 && isSeam(texts[i - 1] as string, text, prose && !named))
  // Where one is cut, so are the others.
  if (prose && seams.includes(true)) return NONE
  const found = new Map<unknown, string>()
  all.forEach((one, i) => {
    if (i === 0 || seams[i] === true) return
    const leads = /[:：]\s*$/u.test(texts[i - 1] as string)
    found.set(one, leads ? ' ' : all.length === 2 ? ': ' : ' · ')
  })
  return found
}

/** Whether a text goes on in the next element. */
function isSeam(before: string, after: string, prose: boolean): boolean {
  if (/\s$/u.test(before) || /^\s/u.test(after)) return true
  if (/^[.,;:!?%)\]”’»]/u.test(after) || /[([„“«/-]$/u.test(before)) return true
  if (!prose) return false
  const last = before.slice(-2)
  const next = after.slice(0, 2)
  return GOES_ON.some(([end, start]) => end.test(last) && start.test(next))
}

/** How a word, a number, or a text without spaces ends and goes on. */
const GOES_ON: readonly (readonly [RegExp, RegExp])[] = [
  [/\p{L}$/u, /^\p{Ll}/u],
  [/\p{N}$/u, /^\p{N}/u],
  [/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]$/u, /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]/u],
]

const FORMAT = /^(?:a|b|big|em|font|i|small|strong|sub|sup|u)$/u
/** Names that Google Docs, Word, LibreOffice, and programs for books give to runs of words. */
const RUN_CLASS =
  /^(?:[cst]\d+|calibre\d*|\w*CharOverride-\d+|Mso\w+|SpellE|GramE|Apple-[\w-]+|bold|italic|underline)$/iu
const RUN_STYLE = /(?:^|;)\s*(?:background|color|font|letter-spacing|mso-|text-decoration)/u
const PLACE_STYLE = /(?:^|;)\s*(?:display|float|margin|padding|position|width|min-width)\s*:/u

/** A run of words in one font or language, as editors write them. */
function isRun(node: Nodes): boolean {
  if (node.type !== 'element') return false
  if (FORMAT.test(node.tagName)) return true
  if (node.tagName !== 'span') return false
  const classes = classesOf(node)
  if (classes.length > 0) return classes.every((name) => RUN_CLASS.test(name))
  const style = styleOf(node)
  return node.properties.lang !== undefined || (RUN_STYLE.test(style) && !PLACE_STYLE.test(style))
}
