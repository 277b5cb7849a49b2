import { indent } from '../../text/indent.ts'
import { CodeLines, INDENTED } from './code-lines.ts'

/** ":::tip Title", "::: {.callout-note title="Title"}", ":::{admonition} Title": Docusaurus, VitePress, Quarto, MyST. */
const COLONS = /^\s*:{3,}[ \t]*(\S.*)$/u
const COLONS_END = /^\s*:{3,}[ \t]*$/u
/** ":::image source="a.png":::", ":::row-end:::" */
const WHOLE = /^\s*:::[\w-]+(?:\s.*)?:::\s*$/u
/** "```{warning}" of MyST, which holds text. */
const FENCED =
  /^\s*(`{3,}|~{3,})\{(?:admonition|attention|caution|danger|error|hint|important|note|seealso|tip|warning|dropdown|tab-set|tab-item|tab|topic|sidebar|margin|card|details|versionadded|versionchanged|deprecated)\}[ \t]*(.*)$/u
/** "<TabItem value="linux" label="Linux">", a component of MDX. */
const COMPONENT = /^\s*<([A-Z][A-Za-z.]*[a-z][A-Za-z.]*)(\s[^<>]*)?(?<!\/)>\s*$/u
const COMPONENT_END = /^\s*<\/([A-Z][A-Za-z.]*)>\s*$/u
/** Elements of HTML, which some write with a capital. */
const HTML =
  /^(?:A|Body|Center|Code|Dd|Details|Div|Dl|Dt|Font|Form|Head|Html|Li|Ol|Option|Pre|Script|Select|Span|Style|Summary|Table|Tbody|Td|Th|Thead|Title|Tr|Ul)$/u
const TITLE = /(?:^|\s)(?:title|label|summary|heading)=\{?["'`]([^"'`<>]{1,200})["'`]/u
/** ":::{admonition}" of MyST, below which options may stand: ":class: tip". ":warning:" is an emoji. */
const DIRECTIVE = /^\s*(?::{3,}|`{3,}|~{3,})[ \t]*\{[a-z]/u
const OPTION =
  /^\s*:(?:(?:class|class-[a-z-]+|name|open|icon|color|width|height|align|columns|gutter|margin|padding|outline|reverse|sync|selected|animate|chevron|link-type|shadow|text-align|label|enumerated|figwidth):(?:\s|$)|link:\s+\S+\s*$)/u
/** Nobody nests them deeper. */
const DEPTH_MAX = 12
const LINE_CHARS_MAX = 400

interface Container {
  /** What stands in it is further in than this, or it ends with a mark of its own. */
  readonly far?: number
  /** How far in its text stands. */
  readonly column: number
  readonly title: string
}

interface Opener {
  readonly title: string
  /** What closes it. */
  readonly name: string
}

/**
 * Notes, warnings, tabs and components of Markdown dialects, written as what stands in them: under a title as a quotation below it,
 * else as it is. No line moves.
 */
export function withContainers(file: string, text: string): string {
  if (!/^[ \t]*(?:!!!|\?\?\?|===|:::|[`~]{3,}\{|<[A-Z])/mu.test(text)) return text
  const lines = text.split('\n')
  const { pairs, code } = pairsOf(lines, /\.mdx$/iu.test(file))
  const fars = farsOf(lines)
  const ends = new Set([...pairs.values()].map(({ end }) => end))
  const open: Container[] = []
  let [base, options] = [0, false]
  return lines
    .map((line, i) => {
      // Blank lines at its end are not in it: a quotation below is one of its own.
      while ((open.at(-1)?.far ?? -1) >= (fars[i] as number)) open.pop()
      if (ends.has(i)) {
        while (open.at(-1)?.far !== undefined) open.pop()
        open.pop()
        return open.length === 0 ? '' : quoted(open, '', base)
      }
      const pair = pairs.get(i)
      const isCode = code.has(i)
      const begun = pair === undefined && !isCode ? indentedAt(lines, i) : pair
      options = pair === undefined ? options && OPTION.test(line) : DIRECTIVE.test(line)
      if (begun !== undefined && open.length < DEPTH_MAX) {
        if (open.length === 0) base = indent(line)
        const written = quoted(open, begun.title === '' ? '' : `${begun.title.replace(/[.:]+$/u, '')}:`, base)
        open.push(begun)
        return written
      }
      const inner = open.at(-1)
      if (!isCode && line.length <= LINE_CHARS_MAX && WHOLE.test(line)) return quoted(open, '', base)
      if (inner === undefined) return line
      return quoted(open, options ? '' : line.slice(Math.min(indent(line), inner.column)), base)
    })
    .join('\n')
}

/** How far in each line is, and a blank one as the next with words. */
function farsOf(lines: readonly string[]): number[] {
  const found: number[] = []
  let next = 0
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    const line = lines[i] as string
    if (line.trim() !== '') next = indent(line)
    found.push(next)
  }
  return found.reverse()
}

function quoted(open: readonly Container[], text: string, base: number): string {
  const marks = open.filter(({ title }) => title !== '').length
  return `${' '.repeat(base)}${'> '.repeat(marks)}${text}`.trimEnd()
}

function indentedAt(lines: readonly string[], i: number): Container | undefined {
  const line = lines[i] as string
  if (line.length > LINE_CHARS_MAX) return undefined
  const [whole, title = ''] = INDENTED.exec(line) ?? []
  if (whole === undefined) return undefined
  const next = lines.slice(i + 1, i + LOOKED).find((one) => one.trim() !== '') ?? ''
  const far = indent(line)
  return indent(next) < far + 2 ? undefined : { far, column: indent(next), title }
}

interface Pairs {
  /** The containers that end with a mark of their own, by their first lines. */
  readonly pairs: ReadonlyMap<number, Container & { readonly end: number }>
  /** The lines of code. */
  readonly code: ReadonlySet<number>
}

function pairsOf(lines: readonly string[], isModule: boolean): Pairs {
  const pairs = new Map<number, Container & { readonly end: number }>()
  const code = new Set<number>()
  const reader = new CodeLines({ indented: !isModule })
  const open: (Opener & { readonly at: number })[] = []
  lines.forEach((line, i) => {
    const isMark = line.length <= LINE_CHARS_MAX && !reader.isCode(line)
    const closes = isMark ? open.findLastIndex(({ name }) => isEnd(name, line)) : -1
    if (closes >= 0) {
      const { at, title } = open[closes] as Opener & { readonly at: number }
      open.length = closes
      const next =
        lines.slice(at + 1, Math.min(i, at + LOOKED)).find((one) => one.trim() !== '' && !OPTION.test(one)) ??
        ''
      if (closes < DEPTH_MAX / 2) pairs.set(at, { column: indent(next), title, end: i })
      reader.passMark(line)
      return
    }
    const opener = isMark && open.length < OPEN_MAX ? openerOf(line) : undefined
    if (opener !== undefined) {
      open.push({ ...opener, at: i })
      reader.passMark(line)
    } else if (reader.next(line) !== undefined) code.add(i)
  })
  return { pairs, code }
}

const OPEN_MAX = 40
/** Lines below the first one of a container, for how far in its text is. */
const LOOKED = 8

function isEnd(name: string, line: string): boolean {
  if (name === ':') return COLONS_END.test(line)
  if (/^[`~]/u.test(name)) return line.trim().startsWith(name) && /^\s*(?:`+|~+)\s*$/u.test(line)
  return COMPONENT_END.exec(line)?.[1] === name
}

function openerOf(line: string): Opener | undefined {
  const [, fence = '', argument = ''] = FENCED.exec(line) ?? []
  if (fence !== '') return { name: fence, title: argument.trim() }
  const [, name = '', attributes = ''] = COMPONENT.exec(line) ?? []
  if (name !== '' && !HTML.test(name)) return { name, title: TITLE.exec(attributes)?.[1]?.trim() ?? '' }
  const [, kind = ''] = COLONS.exec(line) ?? []
  return kind === '' || kind.endsWith(':::') ? undefined : { name: ':', title: titleOf(kind) }
}

/** "tip Title", "tip[Title]", "{.callout-note title="Title"}", "{admonition} Title". */
function titleOf(kind: string): string {
  const own = TITLE.exec(kind.replace('{', ' '))?.[1]
  if (own !== undefined) return own.trim()
  const bare = kind.replace(/\{[^{}]*\}/gu, ' ')
  const [, bracketed] = /^[\s\w-]*\[([^\]]*)\]/u.exec(bare) ?? []
  if (bracketed !== undefined) return bracketed.trim()
  const rest = kind.startsWith('{') ? bare : bare.replace(/^\s*[\w-]+/u, '')
  return /[=]/u.test(rest) ? '' : rest.replace(/:+\s*$/u, '').trim()
}
