import { raw } from 'hast-util-raw'
import type { Nodes, Root, RootContent } from 'mdast'
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { toHast } from 'mdast-util-to-hast'
import { frontmatter } from 'micromark-extension-frontmatter'
import { gfm } from 'micromark-extension-gfm'
import { VFile } from 'vfile'
import type { Document } from '../../text/document.ts'
import { drawnTables } from '../../text/drawn-tables.ts'
import { withWholeRows } from '../../text/whole-rows.ts'
import { withoutMarks } from './admonitions.ts'
import { withBullets } from './bullets.ts'
import { withCallouts } from './callouts.ts'
import { paragraphOf, partsOfLines } from './comments.ts'
import { withContainers } from './containers.ts'
import { withHeldDates } from './held-dates.ts'
import { addNumberBreaks, HELD, released, withHeldNumbers } from './held-numbers.ts'
import { withoutHidden } from './hidden-text.ts'
import { treeOfHast } from './html.ts'
import { withIndented } from './indented-lines.ts'
import { withInlineFields } from './inline-fields.ts'
import { withLettered } from './lettered-items.ts'
import { listBreaks } from './list-breaks.ts'
import { isLog, readLog } from './log-entries.ts'
import { treeOfMarkdown } from './long-markdown.ts'
import { withoutManyMarks } from './many-marks.ts'
import { withMarkedLists } from './marked-lists.ts'
import { markedNotes, withNotes, withoutNotes } from './marked-notes.ts'
import { moved, relined } from './moved.ts'
import { isOwners, readOwners } from './owners.ts'
import { isPart, parted } from './parted-lines.ts'
import { isTimed, withHeadings } from './plain-text.ts'
import { withHeldTimes } from './programmes.ts'
import { withTerms } from './term-lines.ts'
import { withoutContents, withoutPages } from './text-pages.ts'
import { withRuledHeads } from './text-rules.ts'
import { recordsOfYaml } from './yaml.ts'

/** "9~12 and 13~17" strikes nothing out. */
const TILDES = { singleTilde: false }

/** GitHub's Markdown with front matter; HTML inside it is read as HTML. */
export function readMarkdown(file: string, written: string): Document {
  const shown = withoutHidden(file, written.replace(/\r\n?/gu, '\n'))
  const text = withDates(withoutManyMarks(withContainers(file, withInlineFields(shown))))
  const marks = {
    extensions: [gfm(TILDES), frontmatter()],
    mdastExtensions: [gfmFromMarkdown(), frontmatterFromMarkdown()],
  }
  const tree = treeOfMarkdown(text, marks, {
    definitions: true,
    html: true,
    headings: true,
  })
  const first = tree.children[0]
  const matter =
    first?.type === 'yaml' ? recordsOfYaml(first.value, first.position?.start.line ?? 0) : undefined
  const own = withMarkedLists(tree, text)
  const body = withoutMarks(holdsHtml(own) ? withHtml(own, text) : own)
  const children = [...(matter?.children ?? []), ...withCallouts(body.children)]
  return {
    file,
    tree: { type: 'root', children: [...withoutDates(children, text)] },
    ...(matter?.title === undefined ? {} : { title: matter.title }),
  }
}

/**
 * Plain text has paragraphs, lists, headings, and no inline marks: a star or an angle bracket stands for itself. A text whose
 * every line has its time, as a chat, is read by lines.
 */
export function readText(file: string, text: string): Document {
  if (isTimed(text) || isLog(text)) return readLog(file, text)
  if (isOwners(text)) return readOwners(file, text)
  if (isRemarked(text))
    return { file, tree: { type: 'root', children: withRemarks(text.split(/\r\n|\n|\r/u)) } }
  const pages = withoutPages(text.replace(/\r\n?/gu, '\n'))
  const { lines: own, titles } = withoutContents(pages.lines)
  const notes = markedNotes(own)
  const held = withHeldNumbers(withHeldDates(withoutNotes(own, notes)))
  const whole = withWholeRows(withHeldTimes(held)).join('\n')
  const headed = withHeadings(withRuledHeads(withBullets(whole)), titles)
  const lines = withIndented(withTerms(withLettered(headed))).split('\n')
  const breaks = listBreaks(lines)
  addNumberBreaks(lines, breaks)
  // Nothing goes on across a note.
  for (const { to } of notes) breaks.add(to)
  const children = released(withTables(lines, TEXT_MARKS, { breaks, numbers: pages.numbers }))
  return { file, tree: { type: 'root', children: withNotes(children, notes, pages.numbers) } }
}

/** A heading, a fence, a link or bold words. */
const MARKDOWN = /^(?:#{1,6} \S|```)|\[[^\]\n]{1,200}\]\([^)\s]{1,400}\)|\*\*\S[^*\n]{0,200}\*\*/mu

/** A README without an extension is Markdown if it has marks of it. */
export function readProse(file: string, text: string): Document {
  return MARKDOWN.test(text) && !isRemarked(text) ? readMarkdown(file, text) : readText(file, text)
}

/** Two lines below each other that begin with a cross are no headings, but remarks on what stands below. */
function isRemarked(text: string): boolean {
  return /^#[ \t]+\S.*(?:\r\n|\n|\r)#[ \t]+\S/mu.test(text)
}

/** The lines of a script or a table of times, and remarks on them. */
function withRemarks(lines: readonly string[]): RootContent[] {
  const found: RootContent[] = []
  let from = 0
  while (from < lines.length) {
    const remark = isRemark(lines[from])
    let to = from + 1
    while (to < lines.length && isRemark(lines[to]) === remark) to += 1
    const own = lines.slice(from, to)
    if (!remark) for (const node of moved(withTables(own, ['headingAtx', ...MARKS]), from)) found.push(node)
    else {
      const parts = partsOfLines(own, from + 1)
      if (parts.length > 0) found.push(paragraphOf(parts))
    }
    from = to
  }
  return found
}

function isRemark(line: string | undefined): boolean {
  return line !== undefined && /^#(?:[ \t]|$)/u.test(line)
}

/** Where lists end, and the numbers in the file of the lines. */
interface Known {
  readonly breaks?: ReadonlySet<number>
  readonly numbers?: readonly number[]
}

/** Markdown without some of its marks, and with the tables that its lines draw. Nothing goes on across a break. */
function withTables(
  lines: readonly string[],
  disabled: string[],
  { breaks = new Set(), numbers = lines.map((_, i) => i + 1) }: Known = {},
): RootContent[] {
  const ruled = disabled.includes('setextUnderline')
  const read = (from: number, to: number) => {
    const { text, numbers: own } = parted(lines, from, to, { breaks, numbers, ruled })
    const marks = { extensions: [{ disable: { null: disabled } }] }
    const has = {
      definitions: false,
      html: false,
      headings: !disabled.includes('headingAtx'),
    }
    const { children } = treeOfMarkdown(text, marks, has)
    return relined(
      children.filter((node) => !isPart(node)),
      own,
    )
  }
  const found: RootContent[] = []
  let done = 0
  for (const { from, to, table } of drawnTables(lines, (line) => numbers[line] ?? line + 1)) {
    for (const node of read(done, from)) found.push(node)
    found.push(table)
    done = to
  }
  for (const node of read(done, lines.length)) found.push(node)
  return found
}

/** Nobody reads what was quoted more often; a line of 100,000 marks takes a minute. */
const TOO_DEEP = /^(?:>[ \t]?){5,}/gmu

/** Plain text with quotations, as mails have them. */
export function readQuoting(text: string): Root {
  const dated = withDates(text.replace(TOO_DEEP, '> > > > '))
  const lines = withBullets(dated).split('\n')
  const children = withTables(
    lines,
    MARKS.filter((mark) => mark !== 'blockQuote'),
  )
  return { type: 'root', children: [...withoutDates(children, dated)] }
}

/** Markdown without HTML and without code by indentation: what other light markup is written as. */
export function readLight(file: string, written: string): Document {
  const text = withDates(withoutManyMarks(written))
  const marks = {
    extensions: [
      gfm(TILDES),
      { disable: { null: ['codeIndented', 'htmlFlow', 'htmlText', 'setextUnderline'] } },
    ],
    mdastExtensions: [gfmFromMarkdown()],
  }
  const tree = treeOfMarkdown(text, marks, {
    definitions: true,
    html: false,
    headings: true,
  })
  const own = withMarkedLists(tree, text)
  return { file, tree: { ...own, children: [...withoutDates(withCallouts(own.children), text)] } }
}

/** "24. Dezember" begins no item of a list. */
function withDates(text: string): string {
  return withHeldDates(text.split('\n')).join('\n')
}

/** The nodes of a text whose days are held. Most texts have none. */
function withoutDates(nodes: readonly RootContent[], text: string): readonly RootContent[] {
  return text.includes(HELD) ? released(nodes) : nodes
}

const MARKS = [
  'attention',
  'autolink',
  'blockQuote',
  'characterEscape',
  'characterReference',
  'codeFenced',
  'codeIndented',
  'codeText',
  'definition',
  'htmlFlow',
  'htmlText',
  'labelEnd',
  'labelStartImage',
  'labelStartLink',
]
/** Which titles have a rule below is known before. */
const TEXT_MARKS = [...MARKS, 'setextUnderline']

function holdsHtml(node: Nodes): boolean {
  if (node.type === 'html') return !/^<!--[\s\S]*-->$/u.test(node.value.trim())
  return 'children' in node && node.children.some(holdsHtml)
}

/** Elements may begin in one node and end in another, so the whole tree is converted to HTML and back; its lines are kept. */
function withHtml(tree: Root, text: string): Root {
  const hast = raw(toHast(tree, { allowDangerousHtml: true }), { file: new VFile(text) })
  return { type: 'root', children: treeOfHast(hast).children as RootContent[] }
}
