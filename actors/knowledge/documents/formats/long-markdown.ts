import type { Nodes, Paragraph, Root, RootContent } from 'mdast'
import { fromMarkdown, type Options } from 'mdast-util-from-markdown'
import { CodeLines } from './code-lines.ts'

/** Shorter texts are parsed as a whole. */
const PART_LINES_LEAST = 400
/** A line that no list, quotation or table above goes on in, if a blank one stands between. */
const BEGINS = /^[\p{L}#]/u
const HEADING = /^#{1,6} +\S/u
/** Text that other text may stand above. "\~" is what is left of a mark. */
const GOES_ON = /^(?:\p{L}|\\[*_~])/u
/** What may go on in the next line, or makes a row of it. */
const OPEN_ENDED = /[*_~[\]`<|$&]|[ \t\\]$/u
/** Says what is meant elsewhere in the text. */
const DEFINITION = /\]:/u
/** May have blank lines. */
const LONG_HTML = /<(?:script|pre|style|textarea|[!?])/iu
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
  if (cuts.length === 0) return fromMarkdown(text, options)
  const children: RootContent[] = []
  let offset = 0
  let root: Root | undefined
  for (const [i, { line, within }] of [{ line: 0, within: false }, ...cuts].entries()) {
    const own = lines.slice(line, cuts[i]?.line ?? lines.length).join('\n')
    // The line end before the next part belongs to this one.
    const tree = fromMarkdown(own, options)
    for (const node of tree.children) {
      place(node, line, offset)
      const last = children.at(-1)
      if (within && node === tree.children[0] && node.type === 'paragraph' && last?.type === 'paragraph')
        join(last, node)
      else children.push(node)
    }
    offset += own.length + 1
    root = tree
  }
  const end = root?.position?.end ?? { line: 1, column: 1 }
  const start = { line: 1, column: 1, offset: 0 }
  return {
    type: 'root',
    children,
    position: { start, end: { ...end, line: lines.length, offset: text.length } },
  }
}

function cutsIn(lines: readonly string[], text: string, { definitions, html, headings }: Written): Cut[] {
  if ((definitions && DEFINITION.test(text)) || (html && LONG_HTML.test(text))) return []
  const found: Cut[] = []
  const code = definitions ? new CodeLines({ strict: true }) : undefined
  let from = 0
  const first = lines[0] as string
  if (MATTER.test(first)) from = Math.max(0, lines.indexOf(first, 1))
  // The lines since the last blank one are a paragraph.
  let running = false
  let last = 0
  for (const [i, line] of lines.entries()) {
    const above = lines[i - 1] ?? ''
    const fenced = code?.next(line) === 'fenced'
    const begins = BLANK.test(above)
    running = !fenced && GOES_ON.test(line) && (begins || running)
    if (fenced || i <= from || i - last < PART_LINES_LEAST) continue
    const apart = begins ? BEGINS.test(line) : headings && !html && HEADING.test(line)
    const within = !begins && running && goesOn(above) && goesOn(line)
    if (!apart && !within) continue
    found.push({ line: i, within: !apart })
    last = i
  }
  return found
}

/** Whether nothing in a line of a paragraph goes on in the next one, but words. */
function goesOn(line: string): boolean {
  return !OPEN_ENDED.test(line.replace(/\\[*_~\]]/gu, ''))
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

/** Adds the rest of a paragraph. */
function join(above: Paragraph, rest: Paragraph): void {
  const [last, first] = [above.children.at(-1), rest.children[0]]
  if (last?.type === 'text' && first?.type === 'text') {
    last.value += `\n${first.value}`
    if (last.position !== undefined && first.position !== undefined) last.position.end = first.position.end
    rest.children.shift()
  } else if (rest.position !== undefined) {
    above.children.push({ type: 'text', value: '\n' })
  }
  for (const child of rest.children) above.children.push(child)
  if (above.position !== undefined && rest.position !== undefined) above.position.end = rest.position.end
}
