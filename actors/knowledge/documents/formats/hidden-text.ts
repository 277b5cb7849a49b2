import { CodeLines } from './code-lines.ts'

/** Where hidden text begins and ends, and what tells that it does. */
interface Hidden {
  readonly open: string
  readonly close: string
  /** Whether it begins at an offset of a line. */
  begins(line: string, at: number): boolean
  /** Whether it ends at one. */
  ends(line: string, at: number): boolean
  /** Whether what is between its marks on one line is hidden. */
  hides(inner: string): boolean
}

const always = () => true

const HIDDEN: readonly Hidden[] = [
  // MDX
  { open: '{/*', close: '*/}', begins: always, ends: always, hides: always },
  // Jekyll
  { open: '{% comment %}', close: '{% endcomment %}', begins: always, ends: always, hides: always },
  { open: '{%- comment -%}', close: '{%- endcomment -%}', begins: always, ends: always, hides: always },
  // Obsidian: "%%not yet%%", or lines between such marks. "100 %%", or "%%time" above code, hides nothing.
  {
    open: '%%',
    close: '%%',
    begins: (line, at) =>
      (/^\s*%%(?!%)/u.test(line) && line.slice(0, at).trim() === '') ||
      (/[\s(*_>]/u.test(line.charAt(at - 1)) && /[^\s%]/u.test(line.charAt(at + 2))),
    ends: (line, at) =>
      line.length === at + 2 ||
      (/[^\s%]/u.test(line.charAt(at - 1)) && /[\s.,;:!?)*_]/u.test(line.charAt(at + 2))),
    // "%%USERNAME%%" and "%%First Name%%" are to be replaced.
    hides: (inner) => /\s[^\s\p{Lu}]/u.test(inner),
  },
]
/** "import Tabs from '@theme/Tabs'", "export const limit = 9". */
const MODULE =
  /^(?:import\s+(?:['"]|[\w{*][^'"]*\sfrom\s+['"]|\{\s*$)|export\s+(?:const|let|default|function|async|class|\*|\{))/u
const DOCS_MODULE =
  /^import\s+[\w{},*\s]{1,200}\sfrom\s+['"]@(?:theme|site|components)\/[^'"]{1,200}['"];?\s*$/u
/** "{: .warning #closed}", "{:toc}", "{% include nav.html %}" alone on a line. */
const MARK_LINE = /^\s*(?:\{:[^{}]{0,200}\}|\{%[^{}%]{0,200}%\})\s*$/u
/** "## Lockers {#lockers}" */
const HEADING_MARK = /^(#{1,6}\s.*\S)\s*\{:?\s*[#.][\w\s.#:="-]{0,200}\}\s*(#*)$/u
const LINE_CHARS_MAX = 2_000

/** Markdown without what only its authors see: comments of its dialects, and the marks of programs. No line moves. */
export function withoutHidden(file: string, text: string): string {
  if (!/\{\/\*|%%|\{[%:#. ]|^(?:im|ex)port\s/mu.test(text)) return text
  const isModule = /\.mdx$/iu.test(file)
  const lines = text.split('\n')
  const last = new Map(
    HIDDEN.map(({ close }) => [close, lines.findLastIndex((line) => line.includes(close))]),
  )
  const code = new CodeLines({ indented: !isModule })
  let module = false
  let open: Hidden | undefined
  return lines
    .map((line, i) => {
      if (open === undefined) {
        if (code.next(line) !== undefined) return line
        if (isModule && (MODULE.test(line) || (module && line.trim() !== ''))) {
          module = true
          return ''
        }
        module = false
      }
      const told = shownOf(line, i, open, last, lines)
      open = told.open
      return open === undefined && told.shown === line ? withoutMark(line) : told.shown
    })
    .join('\n')
}

function withoutMark(line: string): string {
  if (line.length > LINE_CHARS_MAX) return line
  if (MARK_LINE.test(line) || DOCS_MODULE.test(line)) return ''
  return line.includes('{') ? line.replace(HEADING_MARK, '$1 $2') : line
}

/** More of them on a line are no text for people. */
const ON_LINE_MOST = 100

/** What of a line is shown, and what is open at its end. */
function shownOf(
  line: string,
  i: number,
  before: Hidden | undefined,
  last: ReadonlyMap<string, number>,
  lines: readonly string[],
): { readonly shown: string; readonly open: Hidden | undefined } {
  let [open, at, shown] = [before, 0, '']
  for (let count = 0; count < ON_LINE_MOST; count += 1) {
    if (open !== undefined) {
      const end = endOf(line, at, open)
      if (end < 0) return { shown, open }
      at = end
      open = undefined
    }
    const next = nextIn(line, at, i, last, lines)
    if (next === undefined) break
    shown += line.slice(at, next.from)
    at = next.from + next.kind.open.length
    open = next.kind
  }
  return { shown: shown + line.slice(at), open: undefined }
}

function endOf(line: string, from: number, { close, ends }: Hidden): number {
  const at = line.indexOf(close, from)
  return at < 0 || !ends(line, at) ? -1 : at + close.length
}

/** The first hidden text of a line that ends somewhere. */
function nextIn(
  line: string,
  from: number,
  i: number,
  last: ReadonlyMap<string, number>,
  lines: readonly string[],
): { readonly from: number; readonly kind: Hidden } | undefined {
  let found: { readonly from: number; readonly kind: Hidden } | undefined
  for (const kind of HIDDEN) {
    const at = line.indexOf(kind.open, from)
    if (at < 0 || (found !== undefined && found.from < at) || !kind.begins(line, at) || isCode(line, at))
      continue
    const inner = at + kind.open.length
    const end = endOf(line, inner, kind)
    const hides = end >= 0 && kind.hides(line.slice(inner, end - kind.close.length))
    if (hides || (end < 0 && endsLater(line, at, i, kind, last, lines))) found = { from: at, kind }
  }
  return found
}

/** Whether it ends on a line below. What is between two lines of signs is a block. */
function endsLater(
  line: string,
  at: number,
  i: number,
  { open, close }: Hidden,
  last: ReadonlyMap<string, number>,
  lines: readonly string[],
): boolean {
  if ((last.get(close) ?? -1) <= i || line.includes(close, at + open.length)) return false
  if (open !== close) return true
  const next = lines.slice(i + 1, i + 1 + BLOCK_LINES_MOST).find((one) => one.includes(close)) ?? ''
  return (
    line.slice(0, at).trim() === '' &&
    next.trimEnd().endsWith(close) &&
    (next.trim() === close) === (line.trim() === close)
  )
}

const BLOCK_LINES_MOST = 60

function isCode(line: string, at: number): boolean {
  return line.slice(0, at).split('`').length % 2 === 0
}
