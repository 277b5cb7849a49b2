import type { List, Nodes, Paragraph, RootContent } from 'mdast'
import { holdsValue } from './old-values.ts'
import { plainText } from './plain.ts'

/** What stands for a link. */
const LINK = '\uE000'
/** "→ See also:", "Related pages:". */
const CROSS =
  /^[\s→➔➜»›▶☞👉🔗*-]{0,8}(?:see also|seealso|related(?: (?:articles?|pages?|topics?|links?|docs|documentation|reading|posts?|sections?))?|read (?:more|also)(?: (?:about|on|in|at))?|learn more(?: (?:about|on|in|at))?|more (?:on|about) this(?: topic)?|further reading|siehe auch|verwandte(?: themen| artikel| seiten)?|mehr dazu|mehr lesen|weiterlesen|voir aussi|lire aussi|en savoir plus|ver también|véase también|leer más|ver também|vedi anche|leggi anche|zie ook|lees meer|se även|se også|zobacz też)(?![\p{L}\p{N}])/iu
/** What stands between references. */
const BETWEEN =
  /^(?:[\s,;:：|·•*.&/–—-]|(?:and|or|und|oder|et|ou|y|o|e|the|in|section|page|chapter|abschnitt|seite)(?!\p{L}))*$/iu
const PARTS = /[,;|·•]|\s(?:and|und|et|y|e)\s/u
const LINE_CHARS_MAX = 400

/** Above a table of contents. */
const CONTENTS =
  /^\s*(?:(?:table of )?contents|on this page|in this (?:article|document|guide)|jump to|inhalt(?:sverzeichnis)?|auf dieser seite|sommaire|índice|indice)\s*[:：]?\s*$/iu
/** "↑ Back to top". */
const BACK =
  /^\P{L}{0,4}(?:back to (?:the )?(?:top|contents)|to (?:the )?top|nach oben|zum anfang|haut de page)\P{L}{0,2}$/iu
/** A place in the same page, but no part of a program that runs in it, and no number of an issue: "#12". */
const IN_PAGE = /^#(?![/!]|\d*$)/u

/**
 * Without what only leads elsewhere and repeats names: lists of links to places in the same page, and lines such as "See also: Child lock"
 * that name links or headings of the same document.
 */
export function withoutReferences(children: readonly RootContent[]): readonly RootContent[] {
  const headings = new Set<string>()
  collect(children, headings)
  return kept(children, headings)
}

/** Whether a line of other markup is "See also:" with references alone, which have the given form. */
export function isReferenceLine(line: string, reference: RegExp): boolean {
  if (line.length > LINE_CHARS_MAX || !CROSS.test(line)) return false
  if (line.match(reference)?.some((one) => TELLS.test(one)) === true) return false
  return isCross({ text: line.replace(reference, LINK), names: [] }, new Set())
}

/** Whether nothing but references stands in a text. */
export function holdsOnly(text: string, reference: RegExp): boolean {
  const bare = text.replace(reference, LINK)
  return bare.includes(LINK) && BETWEEN.test(bare.replaceAll(LINK, ''))
}

function collect(children: readonly Nodes[], headings: Set<string>): void {
  for (const node of children)
    if (node.type === 'heading') headings.add(nameOf(plainText(node, true).text))
    else if (node.type === 'blockquote') collect(node.children, headings)
}

function nameOf(text: string): string {
  return text.replace(/\s+/gu, ' ').trim().toLowerCase()
}

function kept(children: readonly RootContent[], headings: ReadonlySet<string>): readonly RootContent[] {
  const found: RootContent[] = []
  let changed = false
  children.forEach((node, i) => {
    const before = found.at(-1)
    const next = children[i + 1]
    if (isContents(node, children[i - 1], next)) {
      if (before?.type === 'paragraph' && CONTENTS.test(plainText(before, true).text)) found.pop()
    } else if (node.type === 'list' && leadsAway(children[i - 1], node, headings)) {
      if (before?.type === 'paragraph') found.pop()
    } else {
      const own = keptOf(node, headings)
      if (own !== undefined) found.push(own)
      if (own === node) return
    }
    changed = true
  })
  return changed ? found : children
}

/** A node without what leads elsewhere in it; nothing if that is all. */
function keptOf(node: RootContent, headings: ReadonlySet<string>): RootContent | undefined {
  if (node.type === 'paragraph') return keptLines(node, headings)
  if (node.type !== 'list' && node.type !== 'listItem' && node.type !== 'blockquote') return node
  const own = kept(node.children, headings)
  return own === node.children ? node : ({ ...node, children: own } as RootContent)
}

/** A paragraph, or its lines but for the last one if that leads elsewhere. */
function keptLines(node: Paragraph, headings: ReadonlySet<string>): Paragraph | undefined {
  const last = node.children.findLastIndex(
    (one) => one.type === 'break' || (one.type === 'text' && one.value.includes('\n')),
  )
  if (last < 0) return isCross(saidIn(node.children), headings) ? undefined : node
  const end = node.children[last] as Nodes
  const at = end.type === 'text' ? end.value.lastIndexOf('\n') : 0
  const rest = node.children.slice(last + 1)
  const line = saidIn(end.type === 'text' ? [{ ...end, value: end.value.slice(at + 1) }, ...rest] : rest)
  if (!isCross(line, headings)) return isCross(saidIn(node.children), headings) ? undefined : node
  const above = node.children.slice(0, last)
  const children = end.type === 'text' ? [...above, { ...end, value: end.value.slice(0, at) }] : above
  return { ...node, children }
}

/** A text with signs for its links, and what these say. */
interface Said {
  readonly text: string
  readonly names: readonly string[]
}

function saidIn(nodes: readonly Nodes[]): Said {
  const text: string[] = []
  const names: string[] = []
  const read = (node: Nodes): void => {
    if (node.type === 'link' || node.type === 'linkReference') {
      text.push(LINK)
      names.push(plainText(node, true).text)
    } else if ('value' in node) text.push(node.value)
    else if (node.type === 'break') text.push(' ')
    else if ('children' in node) for (const one of node.children as Nodes[]) read(one)
  }
  for (const node of nodes) read(node)
  return { text: text.join(''), names }
}

/** An address or a number is told nowhere else. */
const TELLS = /:\/\/|@|\p{N}{2}/u

function isCross({ text, names }: Said, headings: ReadonlySet<string>): boolean {
  if (text.length > LINE_CHARS_MAX || names.some((name) => TELLS.test(name) && !headings.has(nameOf(name))))
    return false
  const own = text.trim()
  const [only = '', ...others] = names
  // "Read more about dogs" is the link.
  if (own.startsWith(LINK)) return others.length === 0 && own.length <= 2 && CROSS.test(only)
  const cross = CROSS.exec(own)?.[0]
  if (cross === undefined) return false
  const rest = own.slice(cross.length)
  if (rest.includes(LINK)) return BETWEEN.test(rest.replaceAll(LINK, ''))
  if (!/^\s*[:：]/u.test(rest) && !/also|auch/iu.test(cross)) return false
  return areHeadings(rest.replace(/^\s*[:：]/u, ''), headings)
}

function areHeadings(text: string, headings: ReadonlySet<string>): boolean {
  const bare = (name: string) => nameOf(name.replace(/^[\s"“„'‘«]+|["”“'’»\s]+$/gu, ''))
  const whole = text.trim().replace(/\.$/u, '')
  if (headings.has(bare(whole))) return true
  return whole.split(PARTS).every((name) => headings.has(bare(name)))
}

/** Whether a list stands below "See also", and has only links or names of headings. */
function leadsAway(
  before: RootContent | undefined,
  { children }: List,
  headings: ReadonlySet<string>,
): boolean {
  if (before?.type !== 'paragraph' && before?.type !== 'heading') return false
  const { text: lead } = plainText(before, true)
  const cross = CROSS.exec(lead)?.[0]
  if (cross === undefined || !/^\s*[:：]?\s*$/u.test(lead.slice(cross.length))) return false
  return children.every(({ children: [only, ...others] }) => {
    if (only?.type !== 'paragraph' || others.length > 0) return false
    const { text, names } = saidIn(only.children)
    if (names.some((name) => TELLS.test(name))) return false
    return (names.length > 0 && BETWEEN.test(text.replaceAll(LINK, ''))) || headings.has(nameOf(text))
  })
}

/** Whether a node only has links to places in the same page: a list, or a paragraph of several or beside another such one. */
function isContents(
  node: RootContent,
  before: RootContent | undefined,
  next: RootContent | undefined,
): boolean {
  if (node.type === 'list') return linksIn(node) > 1
  if (node.type !== 'paragraph') return false
  const links = linksIn(node)
  if (links === 0) return false
  if (links > 1 || BACK.test(plainText(node, true).text)) return true
  return [before, next].some((one) => one?.type === 'paragraph' && linksIn(one) > 0)
}

/** How many links to places in the same page a node has, if it has nothing else. */
function linksIn(node: Nodes): number {
  if (node.type === 'paragraph') {
    let count = 0
    for (const one of node.children) {
      if (one.type === 'link' && IN_PAGE.test(one.url) && !holdsValue(plainText(one, true).text)) count += 1
      else if (one.type !== 'break' && !(one.type === 'text' && /^[^\p{L}]*$/u.test(one.value))) return 0
    }
    return count
  }
  if (node.type !== 'list' && node.type !== 'listItem') return 0
  let count = 0
  for (const one of node.children) {
    const own = linksIn(one)
    if (own === 0) return 0
    count += own
  }
  return count
}
