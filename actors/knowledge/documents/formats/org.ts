import type { Nodes } from 'mdast'
import type { Document } from '../../text/document.ts'
import { indent } from '../../text/indent.ts'
import { isReferenceLine } from '../../text/references.ts'
import { linesOf } from './lines.ts'
import { readLight } from './markdown.ts'
import { headingOf, unquoted } from './outline.ts'

/** "TODO [#A] Rewrite the parser :core:frontend:". */
const HEADLINE = /^(\*+)\s+(?:([A-Z][A-Z-]{2,15})\s+)?(?:\[#(\w)\]\s+)?(.*?)(?:\s+:([\w@#%:]+):)?\s*$/u
/** Marks of people who use no others than those that come with Org, or the commonest of their own. */
const STATE =
  /^(?:TODO|DONE|NEXT|WAIT|WAITING|HOLD|ON-HOLD|STARTED|DOING|IN-PROGRESS|CANCELLED|CANCELED|KILL|PROJ|PROJECT|SOMEDAY|MAYBE|REVIEW|BLOCKED|DELEGATED|LATER|IDEA|FIXME|BUG|FIXED|VERIFY)$/u
const DRAWER = /^\s*:(?:PROPERTIES|LOGBOOK|CLOCKING|END):\s*$/iu
/** "[[*Child lock][Child lock]]". */
const LINK = /\[\[[^[\]]{1,300}\](?:\[[^[\]]{0,200}\])?\]/gu
/** What only the program uses. */
const FORMAL =
  /^(?:ID|CUSTOM_ID|VISIBILITY|COLUMNS|COOKIE_DATA|ARCHIVE.*|ORDERED|NOBLOCKING|EXPORT_.*|header-args.*)$/iu
const PLANNED = /(CLOSED|DEADLINE|SCHEDULED):\s*([<[][^<>[\]]*[>\]](?:--[<[][^<>[\]]*[>\]])?)/gu

/** "|-------+-------|". */
const RULE = /^\s*\|-[-+]*\|?\s*$/u

interface Line {
  readonly text: string
  /** 1-based. */
  readonly at: number
}

/**
 * Org is written as Markdown: headings, tables, fields and code. What a headline has beside its words (its state, priority and
 * tags, the times planned for it, its properties) is a list below it.
 */
export function readOrg(file: string, written: string): Document {
  const lines = linesOf(written)
  let title: string | undefined
  let isCode = false
  const found: Line[] = []
  const far = indents(lines)
  const comments = new Comments()
  lines.forEach((line, i) => {
    const at = i + 1
    if (comments.holds(line, isCode)) {
      found.push({ text: '', at })
      return
    }
    // A table of Markdown has one rule only, and it's added below.
    if (!isCode && RULE.test(line)) return
    const say = (text: string) => found.push({ text, at })
    const [, key = '', value = ''] = /^\s*#\+(\w+):\s*(.*)$/u.exec(line) ?? []
    if (key.toUpperCase() === 'TITLE') title = value
    if (/^\s*#\+(?:begin|end)_(?:src|example)/iu.test(line)) {
      isCode = /\+begin/iu.test(line)
      say('```')
    } else if (isCode) say(line)
    else if (key !== '' || /^\s*#(?:\+|\s|$)/u.test(line) || DRAWER.test(line) || isReferenceLine(line, LINK))
      say('')
    else if (line.startsWith('*') && /^\*+\s/u.test(line)) {
      for (const text of headlineOf(line, isLeaf(lines, i))) say(text)
    } else {
      const own = line.slice(Math.min(indent(line), far[i] ?? 0))
      const body = bodyOf(own)
      // The list below a headline ends before its text.
      const isField = body !== own && body.startsWith('- ')
      if (!isField && /^\S/u.test(body) && !/^[-+]\s/u.test(body) && found.at(-1)?.text.startsWith('- ')) {
        const before = lines[i - 1] ?? ''
        if (!/^\s*[-+]\s/u.test(before)) say('')
      }
      say(body)
    }
  })
  const all = withHeadLines(
    found.flatMap(({ text, at }) => text.split('\n').map((one) => ({ text: one, at }))),
  )
  const document = readLight(file, all.map(({ text }) => text).join('\n'))
  place(document.tree, all)
  return title === undefined ? document : { ...document, title }
}

/** "** COMMENT Old plan", with all below it. */
const COMMENT = /^(\*+)\s+(?:[A-Z][A-Z-]{2,15}\s+)?(?:\[#\w\]\s+)?COMMENT(?:\s|$)/u

/** What nobody but the author sees: parts and blocks that are comments. */
class Comments {
  /** The level of the part, 0: none is open. */
  #level = 0
  #block = false

  holds(line: string, isCode: boolean): boolean {
    if (isCode) return this.#level > 0
    if (this.#block) {
      this.#block = !/^\s*#\+end_comment\b/iu.test(line)
      return true
    }
    const [, stars = ''] = /^(\*+)\s/u.exec(line) ?? []
    if (stars !== '' && stars.length <= this.#level) this.#level = 0
    if (this.#level > 0) return true
    this.#level = COMMENT.exec(line)?.[1]?.length ?? 0
    this.#block = this.#level === 0 && /^\s*#\+begin_comment\b/iu.test(line)
    return this.#level > 0 || this.#block
  }
}

/** How far in all lines of a part are, which means nothing. */
function indents(lines: readonly string[]): number[] {
  const found: number[] = []
  let from = 0
  const close = (to: number) => {
    let least = Number.POSITIVE_INFINITY
    for (const line of lines.slice(from, to)) if (line.trim() !== '') least = Math.min(least, indent(line))
    while (found.length < to) found.push(least)
    from = to
  }
  lines.forEach((line, i) => {
    if (!/^\*+\s/u.test(line)) return
    close(i)
    found.push(0)
    from = i + 1
  })
  close(lines.length)
  return found
}

/** A headline with nothing below it is all that is said. */
function isLeaf(lines: readonly string[], at: number): boolean {
  const level = /^\*+/u.exec(lines[at] ?? '')?.[0].length ?? 0
  for (let i = at + 1; i < lines.length; i += 1) {
    const line = lines[i] as string
    if (line.trim() === '') continue
    const [stars = ''] = /^\*+(?=\s)/u.exec(line) ?? []
    return stars !== '' && stars.length <= level
  }
  return true
}

function headlineOf(line: string, leaf: boolean): string[] {
  // Each of many spaces may begin what stands at the end.
  const [, stars = '', mark = '', priority = '', rest = '', tags = ''] =
    HEADLINE.exec(line.replace(/\s+/gu, ' ')) ?? []
  const state = STATE.test(mark) ? mark : ''
  const words = unlinked(state === '' ? `${mark} ${rest}`.trim() : rest).trim()
  const beside = [
    priority === '' ? '' : `priority ${priority}`,
    tags
      .split(':')
      .filter((tag) => tag !== '')
      .join(', '),
  ].filter((part) => part !== '')
  const note = beside.length === 0 ? '' : ` (${beside.join('; ')})`
  const heading = headingOf(stars.length + 1, words)
  // Tags are those of all that stands below.
  if (state === '') {
    const whole = headingOf(stars.length + 1, `${words}${note}`)
    return leaf && words !== '' ? [whole, '', `${words}${note}`, ''] : [whole]
  }
  return [heading, '', `- ${state} ${words}${note}`]
}

function bodyOf(line: string): string {
  const planned = [...line.matchAll(PLANNED)]
  if (planned.length > 0 && line.replace(PLANNED, '').trim() === '')
    return planned.map(([, name, time = '']) => `- ${name}: ${time.replace(/[<>[\]]/gu, '')}`).join('\n')
  const [, property = '', value = ''] = /^\s*:([\w+@-]+):(?:\s+(.*))?$/u.exec(line) ?? []
  if (property !== '')
    return FORMAL.test(property) || value.trim() === ''
      ? ''
      : `- ${property.replace(/\+$/u, '')}: ${value.trim()}`
  const [, clock = ''] = /^\s*CLOCK:\s*(.*)$/u.exec(line) ?? []
  if (clock !== '') {
    const times = clock.replace(/[[\]]/gu, '').replace(/\s+/gu, ' ')
    return `- CLOCK: ${times.replace(/ ?=> ?/u, ', ')}`
  }
  const body = unlinked(unquoted(line.replace(/^\s+(?=\|)/u, ''))).replace(CODE, '`$2`')
  return body.replace(/^(\s*[-+]\s.*?)(?<!\s)\s+::\s+/u, '$1: ')
}

/** "~make install~", "=x=". */
const CODE = /(?<![^\s('"{-])([=~])((?![\s=~])[^=~\n`]{0,200}(?<!\s))\1(?![^\s\-.,:;!?'")}\]])/gu

function unlinked(text: string): string {
  return text.replace(/\[\[[^[\]]*\]\[([^\]]*)\]\]/gu, '$1')
}

/** A table of Markdown needs a line below its head. */
function withHeadLines(lines: readonly Line[]): Line[] {
  return lines.flatMap((line, i) => {
    const first = line.text.startsWith('|') && lines[i - 1]?.text.startsWith('|') !== true
    if (!first) return [line]
    return [line, { text: line.text.replace(/[^|]+/gu, '---'), at: line.at }]
  })
}

/** Gives nodes the lines that they have in the file. */
function place(node: Nodes, lines: readonly Line[]): void {
  const { position } = node
  if (position !== undefined)
    node.position = {
      start: { ...position.start, line: lines[position.start.line - 1]?.at ?? position.start.line },
      end: { ...position.end, line: lines[position.end.line - 1]?.at ?? position.end.line },
    }
  if ('children' in node) for (const child of node.children) place(child, lines)
}
