import type { Element, ElementContent, Nodes, Parents, Text } from 'hast'
import { elementAt, styleOf, textOf } from './html-nodes.ts'

const BLOCK = /^(?:article|div|p|section)$/u
/** They stand within a line. */
const PHRASE =
  /^(?:a|abbr|b|bdi|bdo|br|cite|code|data|del|dfn|em|font|i|ins|kbd|label|mark|q|s|samp|small|span|strong|sub|sup|time|tt|u|var|wbr|[\w.]+[:-][\w.:-]+)$/u
/** `display: inline`, and boxes that stand within a line. */
const INLINE =
  /(?:^|;)\s*display\s*:\s*(?:inline(-block|-flex|-grid|-table)?|contents)\s*(?:!important\s*)?(?:;|$)/iu
const LINE = /(?:^|;)\s*display\s*:\s*block\s*(?:;|$)/iu
/** "Closed on Mondays" is a line of its own; "5 EUR" goes on with the words before it. */
const OWN_LINE = /^\s*\p{Lu}\S*(?:\s+\S+){2}/u

/** Makes spans of blocks whose style sets them within the line of the words beside them, and parts the lines that a style sets apart. */
export function withInline(page: Nodes): void {
  const phrases = new WeakSet<Nodes>()
  collect(page, phrases)
  if ('children' in page) setInline(page, phrases, false)
}

/** Collects what stands within a line, with all that it holds. */
function collect(node: Nodes, phrases: WeakSet<Nodes>): boolean {
  if (node.type === 'text' || node.type === 'comment') {
    phrases.add(node)
    return true
  }
  if (!('children' in node)) return false
  let all = true
  for (const child of node.children) if (!collect(child, phrases)) all = false
  const own = node.type === 'element' && (PHRASE.test(node.tagName) || isSetInline(node))
  if (own && all) phrases.add(node)
  return own && all
}

function isSetInline(node: Nodes): node is Element {
  return node.type === 'element' && BLOCK.test(node.tagName) && INLINE.test(styleOf(node))
}

/** @param within a line, which goes on in all that the node holds. */
function setInline(node: Parents, phrases: WeakSet<Nodes>, within: boolean): void {
  const found: ElementContent[] = []
  let run: ElementContent[] = []
  const close = () => {
    // Blocks that stand only beside each other are parts of a layout.
    const line = within || run.some((one) => !isSetInline(one) && isWord(one))
    run.forEach((one, i) => {
      const before = run[i - 1]
      if (line && isBox(one) && before !== undefined && isBox(before)) found.push(space())
      const own = line && isSetInline(one) ? spanOf(one) : one
      if ('children' in own) setInline(own, phrases, line)
      const ends = isOwnLine(one)
      if (ends && isText(before)) found.push(elementAt(one, 'br', []))
      found.push(own)
      if (ends && isText(run[i + 1])) found.push(elementAt(one, 'br', []))
    })
    run = []
  }
  for (const child of node.children as ElementContent[]) {
    if (phrases.has(child)) {
      run.push(child)
      continue
    }
    close()
    if ('children' in child) setInline(child, phrases, false)
    found.push(child)
  }
  close()
  node.children = found as typeof node.children
}

function isWord(node: Nodes): boolean {
  return node.type !== 'comment' && /\S/u.test(textOf(node))
}

function isText(node: Nodes | undefined): boolean {
  return node?.type === 'text' && /\S/u.test(node.value)
}

/** A box of its own: words in two of them are two words. */
function isBox(node: Nodes): boolean {
  return isSetInline(node) && INLINE.exec(styleOf(node))?.[1] !== undefined
}

function isOwnLine(node: Nodes): node is Element {
  if (node.type !== 'element' || BLOCK.test(node.tagName) || !LINE.test(styleOf(node))) return false
  const [first] = node.children
  return first?.type === 'text' && OWN_LINE.test(first.value.slice(0, LINE_CHARS))
}

const LINE_CHARS = 200

function spanOf(block: Element): Element {
  return { ...block, tagName: 'span' }
}

function space(): Text {
  return { type: 'text', value: ' ' }
}
