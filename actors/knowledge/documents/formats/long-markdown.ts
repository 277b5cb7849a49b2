import type { Nodes, Paragraph, Root, RootContent } from 'mdast'
import { fromMarkdown, type Options } from 'mdast-util-from-markdown'
import { CodeLines } from './code-lines.ts'
import { commentsGoOn, definitionsIn } from './link-definitions.ts'

/** Shorter texts are parsed as a whole. */
const PART_LINES_LEAST = 400
/** A line that no list, quotation or table above goes on in, if a blank one stands between. */
const BEGINS = /^(?:[^\s\-+*~`0-9]|\*\*\S)/u
const HEADING = /^#{1,6} +\S/u
/** A line of a paragraph. "\~" is what is left of a mark. */
const WORDS = /^(?:\p{L}|\p{N}{1,20}(?![\p{N}.)])|\\[*_~])/u
/** The marks that a paragraph of an item or a quotation begins with. */
const MARKS = /^[ \t]*(?:(?:[-*+]|\p{N}{1,9}[.)]|>)[ \t]+){0,50}/u
/** What may go on in the next line, or makes a row of it. */
const OPEN_ENDED = /[*_~[\]`<|$&]|[ \t\\]$/u
/** A link, code or bold words that end in their line, and marks that stand for themselves. */
const CLOSED = /\[[^[\]]*\]|\*\*[^*]+\*\*|`[^`]+`|\\[*_~]/gu
/** Words between marks that end in their line, and what may open in a line and close in one further below. */
const PAIRED = /~~[^~]+~~|\*[^*\s][^*]*\*|(?<![\p{L}\p{N}])_[^_\s][^_]*_/gu
const OPENS = /[[`<$]|~(?!\s)|\*(?!\s)|(?<![\p{L}\p{N}])_(?!\s)/u
const ITEM = /^[ \t>]*(?:[-*+]|\p{N}{1,9}[.)])[ \t]/u
/** May have blank lines. */
const LONG_HTML = /<(?:script|pre|style|textarea|\?|!(?!--))/iu
const BLANK = /^[ \t]*$/u
const MATTER = /^(?:---|\+\+\+)[ \t]*$/u

/** What the parser reads in a text. Without definitions it reads no fences either. */
export interface Written {
  readonly definitions: boolean
  readonly html: boolean
  readonly headings: boolean
}

/** Where a part begins. `within`: in a paragraph. */
interface Cut {
  readonly line: number
  readonly within: boolean
}

/**
 * The tree of a text of Markdown. The parser copies all that it has found whenever a list ends, and moves all words of a paragraph for
 * each mark in it, so a long text is parsed in parts, which begin where nothing goes on. The tree is the same.
 */
export function treeOfMarkdown(text: string, options: Options, written: Written): Root {
  const lines = text.split('\n')
  const cuts = lines.length < 2 * PART_LINES_LEAST || text.includes('\r') ? [] : cutsIn(lines, text, written)
  const defined = cuts.length > 0 && written.definitions ? definitionsIn(lines) : []
  if (cuts.length === 0 || defined === undefined) return fromMarkdown(text, options)
  const children: RootContent[] = []
  let offset = 0
  for (const [i, { line, within }] of [{ line: 0, within: false }, ...cuts].entries()) {
    const own = lines.slice(line, cuts[i]?.line ?? lines.length).join('\n')
    const tree = treeOfPart(own, defined, options)
    for (const node of tree.children) {
      place(node, line, offset)
      const rest = within && node === tree.children[0] && node.type === 'paragraph'
      if (!rest || !joined(children.at(-1), node)) children.push(node)
    }
    offset += own.length + 1
  }
  const start = { line: 1, column: 1, offset: 0 }
  const column = (lines.at(-1) as string).length + 1
  return {
    type: 'root',
    children,
    position: { start, end: { line: lines.length, column, offset: text.length } },
  }
}

/** A part, read with what links of the whole text lead to. */
function treeOfPart(own: string, defined: readonly string[], options: Options): Root {
  if (defined.length === 0) return fromMarkdown(own, options)
  const tree = fromMarkdown(`${own}\n\n${defined.join('\n')}`, options)
  const inner = ({ position }: Nodes) => (position?.start.offset ?? 0) < own.length
  const children = tree.children.filter(inner)
  // They are code where nothing ends the code above them.
  const goesOn = (children.at(-1)?.position?.end.offset ?? 0) > own.length
  return goesOn ? fromMarkdown(own, options) : { ...tree, children }
}

function cutsIn(lines: readonly string[], text: string, { definitions, html, headings }: Written): Cut[] {
  if (html && (LONG_HTML.test(text) || lines.some(commentsGoOn))) return []
  const found: Cut[] = []
  const code = definitions ? new CodeLines({ strict: true }) : undefined
  const matter = MATTER.test(lines[0] as string)
  const from = matter ? lines.findIndex((line, i) => i > 0 && MATTER.test(line)) : 0
  const closes = definitions ? [] : closing(lines)
  // The line above ends within a paragraph, and that stands in nothing.
  let open = false
  let outer = false
  // No mark of the paragraph so far waits for its end.
  let paired = true
  let last = 0
  for (const [i, line] of lines.entries()) {
    const above = lines[i - 1] ?? ''
    const begins = BLANK.test(above)
    const fenced = code?.next(line) === 'fenced'
    // Without code, words below words are one paragraph, however far in they are.
    const words = !fenced && WORDS.test(definitions ? line : line.trimStart())
    outer = words && (begins ? BEGINS.test(line) : outer)
    const within =
      words && open && !begins && (outer || closes[i] === true) && paired && goesOn(above) && goesOn(line)
    paired = (paired || begins || ITEM.test(line)) && !leavesOpen(line)
    open = definitions ? words && (begins || open) : words || WORDS.test(line.replace(MARKS, ''))
    if (fenced || i <= from || i - last < PART_LINES_LEAST) continue
    const apart = begins ? BEGINS.test(line) : headings && !html && HEADING.test(line)
    if (!apart && !within) continue
    found.push({ line: i, within: !apart })
    last = i
  }
  return found
}

/** Whether the list or quotation that a line stands in ends with its paragraph: no item follows. */
function closing(lines: readonly string[]): boolean[] {
  const found: boolean[] = []
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    const below = lines[i + 1] ?? ''
    const blank = BLANK.test(lines[i] as string)
    const same = BLANK.test(below) || (!blank && WORDS.test(below.trimStart()))
    found[i] = i === lines.length - 1 || (same ? found[i + 1] === true : blank && BEGINS.test(below))
  }
  return found
}

/** Whether nothing in a line of a paragraph goes on in the next one, but words. */
function goesOn(line: string): boolean {
  return !OPEN_ENDED.test(line.replace(CLOSED, ''))
}

function leavesOpen(line: string): boolean {
  return OPENS.test(line) && OPENS.test(line.replace(CLOSED, '').replace(PAIRED, ''))
}

function place(node: Nodes, lines: number, chars: number): void {
  if (node.position !== undefined) {
    const { start, end } = node.position
    start.line += lines
    end.line += lines
    start.offset = (start.offset ?? 0) + chars
    end.offset = (end.offset ?? 0) + chars
  }
  if ('children' in node) for (const child of node.children) place(child, lines, chars)
}

/** Adds the rest of a paragraph to the last one of a node, or says that there is none. */
function joined(above: Nodes | undefined, rest: Paragraph): boolean {
  if (above === undefined || !('children' in above)) return false
  const end = rest.position?.end
  if (above.type === 'paragraph') join(above, rest)
  else if (!joined(above.children.at(-1), rest)) return false
  if (above.position !== undefined && end !== undefined) above.position.end = end
  return true
}

function join(above: Paragraph, rest: Paragraph): void {
  const [last, first, ...others] = [above.children.at(-1), ...rest.children]
  if (last?.type !== 'text' || first?.type !== 'text') {
    above.children.push({ type: 'text', value: '\n' })
    for (const child of rest.children) above.children.push(child)
    return
  }
  last.value += `\n${first.value}`
  if (last.position !== undefined && first.position !== undefined) last.position.end = first.position.end
  for (const child of others) above.children.push(child)
}
