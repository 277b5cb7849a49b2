import type { Document } from '../../text/document.ts'
import { latexRows } from './latex-rows.ts'
import { setLines } from './latex-source.ts'
import { linesOf } from './lines.ts'
import { readLight } from './markdown.ts'

const HEADINGS: Readonly<Record<string, number>> = {
  part: 1,
  chapter: 1,
  section: 2,
  subsection: 3,
  subsubsection: 4,
  paragraph: 5,
}
const TABLES = /^(?:tabularx?\*?|longtable|tabulary)$/u
const VERBATIM = /^(?:verbatim|lstlisting|minted)$/u
/** Nothing for a reader. */
const UNSAID =
  /\\(?:label|cite[a-z]*|ref|eqref|pageref|vspace|hspace|includegraphics|bibliography(?:style)?|usepackage|input|include|index|setlength|newcommand|renewcommand|pagestyle|thispagestyle|centering|maketitle|tableofcontents|noindent|newpage|clearpage|hfill|small|footnotesize|large|Large|bigskip|medskip|smallskip|par|setcounter|addtocounter|addtolength|fontsize|rule|definecolor)\b\*?(?:\[[^\]]{0,300}\])?(?:\{[^{}]*\})*/gu
/** What their first value says is how the second is set. */
const FIRST_UNSAID =
  /\\(?:textcolor|colorbox|parbox|raisebox|scalebox|hypertarget|hyperref|makebox|foreignlanguage|multirow(?:\[[^\]]{0,300}\])?\{[^{}]*\})(?:\[[^\]]{0,300}\])?\{[^{}]*\}(?:\[[^\]]{0,300}\])?(?=\{)/gu
const ACCENTS: Readonly<Record<string, string>> = {
  '"': '\u0308',
  "'": '\u0301',
  '`': '\u0300',
  '^': '\u0302',
  '~': '\u0303',
  c: '\u0327',
  v: '\u030c',
  H: '\u030b',
  u: '\u0306',
  k: '\u0328',
  r: '\u030a',
  '.': '\u0307',
  '=': '\u0304',
}
const SIGNS: Readonly<Record<string, string>> = {
  ss: 'ß',
  o: 'ø',
  O: 'Ø',
  ae: 'æ',
  AE: 'Æ',
  aa: 'å',
  AA: 'Å',
  l: 'ł',
  L: 'Ł',
  oe: 'œ',
  OE: 'Œ',
  i: 'ı',
  TeX: 'TeX',
  LaTeX: 'LaTeX',
  BibTeX: 'BibTeX',
  ldots: '…',
  dots: '…',
  times: '×',
  cdot: '·',
  pm: '±',
  degree: '°',
  celsius: '°C',
  percent: '%',
  le: '≤',
  leq: '≤',
  ge: '≥',
  geq: '≥',
  approx: '≈',
  to: '→',
  euro: '€',
  texteuro: '€',
  textsterling: '£',
  pounds: '£',
  textdollar: '$',
  textdegree: '°',
  textregistered: '®',
  texttrademark: '™',
  S: '§',
  textbackslash: '\\',
}

/**
 * LaTeX is written as Markdown, line by line, so that lines stay where they are: headings, lists, tables, listings and words. What
 * stands before `\begin{document}` is not read but for the title, the author and the date. Commands of other packages are left out,
 * and their words stay.
 */
export function readLatex(file: string, text: string): Document {
  const lines = setLines(linesOf(text))
  const reader = new LatexReader()
  const begin = lines.findIndex((line) => line.includes('\\begin{document}'))
  lines.forEach((line, i) => {
    reader.read(line, i <= begin)
  })
  const own = readLight(file, reader.done().join('\n'))
  return reader.title === '' ? own : { ...own, title: reader.title }
}

class LatexReader {
  readonly #found: string[] = []
  /** The lists that are open, by their kind. */
  readonly #lists: string[] = []
  #verbatim = false
  #table: string[] | undefined
  /** Where the caption stands that no table has followed yet. */
  #caption: number | undefined
  title = ''

  read(line: string, preamble: boolean): void {
    const [, begun = ''] = /\\begin\{([\w*]+)\}/u.exec(line) ?? []
    const [, ended = ''] = /\\end\{([\w*]+)\}/u.exec(line) ?? []
    if (this.#verbatim) {
      this.#verbatim = !VERBATIM.test(ended)
      this.#found.push(this.#verbatim ? line : '```')
      return
    }
    const own = line.replace(/(?<!\\)%.*$/u, '').replace(/\\label\{[^}]{0,300}\}/gu, '')
    const [, what = '', value = ''] = /^\s*\\(title|author|date)\{(.*)\}\s*$/u.exec(own) ?? []
    if (what !== '') this.#matter(what, latexWords(value))
    else if (preamble) this.#found.push('')
    else if (VERBATIM.test(begun)) {
      this.#verbatim = true
      this.#found.push('```')
    } else if (this.#table !== undefined || TABLES.test(begun)) this.#row(own, TABLES.test(ended))
    else this.#line(own, begun, ended)
  }

  done(): readonly string[] {
    this.#close()
    return this.#found
  }

  #matter(what: string, value: string): void {
    if (what === 'title') this.title = value
    const shown =
      what === 'title' || value === '' ? '' : `${what === 'author' ? 'Author' : 'Date'}: ${value}  `
    this.#found.push(shown)
  }

  /** A line of a table, which ends with this one if `ends`. */
  #row(line: string, ends: boolean): void {
    if (this.#table === undefined) {
      if (this.#caption !== undefined) this.#found[this.#caption] = leadOf(this.#found[this.#caption] ?? '')
      this.#caption = undefined
      this.#table = []
    }
    this.#table.push(line)
    if (ends) this.#close()
  }

  /** The rows of the open table, in as many lines as it had. */
  #close(): void {
    const lines = this.#table
    if (lines === undefined) return
    this.#table = undefined
    const { caption, body: own } = captioned(lines.join('\n'))
    const body = own.replace(
      /\\(?:begin|end)\{[\w*]+\}(?:\[[^\]]{0,300}\])?(?:\{(?:[^{}]|\{[^{}]*\})*\})*/gu,
      '',
    )
    const rows = latexRows(body, latexWords)
    const [head, ...below] = rows
    const table =
      head === undefined ? [] : [caption, rowOf(head), rowOf(head.map(() => '---')), ...below.map(rowOf)]
    // A table on one line is no table in Markdown, and no line may move.
    const made = table.length <= lines.length ? table : [rows.map((cells) => cells.join(' · ')).join('; ')]
    for (const row of made) this.#found.push(row)
    for (let i = made.length; i < lines.length; i += 1) this.#found.push('')
  }

  #line(line: string, begun: string, ended: string): void {
    if (/^(?:itemize|enumerate|description)$/u.test(begun)) this.#lists.push(begun)
    if (/^(?:itemize|enumerate|description)$/u.test(ended)) this.#lists.pop()
    const [, addressee = ''] = /^\s*\\begin\{letter\}\{(.*)\}\s*$/u.exec(line) ?? []
    if (addressee !== '') {
      this.#found.push(
        `To: ${latexWords(
          addressee
            .split('\\\\')
            .map((part) => part.trim())
            .join(', '),
        )}`,
      )
      return
    }
    const [, level = '', heading = ''] =
      /^\s*\\(part|chapter|(?:sub){0,2}section|paragraph)\*?(?:\[[^\]]*\])?\{(.*)\}\s*$/u.exec(line) ?? []
    if (level !== '') {
      this.#found.push(`${'#'.repeat(HEADINGS[level] ?? 5)} ${latexWords(heading)}`)
      return
    }
    const [, term, item] = /^\s*\\item(?:\[([^\]]*)\])?\s*(.*)$/u.exec(line) ?? []
    if (item !== undefined) {
      const mark = this.#lists.at(-1) === 'enumerate' ? '1.' : '-'
      const space = '   '.repeat(Math.min(DEPTH_MAX, Math.max(0, this.#lists.length - 1)))
      this.#found.push(
        `${space}${mark} ${term === undefined ? '' : `${latexWords(term)}: `}${latexWords(item)}`,
      )
      return
    }
    const [, caption] = /^\s*\\caption(?:\[[^\]]*\])?\{(.*)\}\s*$/u.exec(line) ?? []
    this.#found.push(latexWords(caption ?? line))
    if (caption !== undefined) this.#caption = this.#found.length - 1
    else if (ended !== '') this.#caption = undefined
  }
}

function leadOf(caption: string): string {
  return caption === '' ? '' : `${caption.replace(/[.:]$/u, '')}:`
}

/** The caption of a table that goes over pages, and the table without what is set again on each page. */
function captioned(text: string): { readonly caption: string; readonly body: string } {
  const [first, next] = [text.indexOf('\\endfirsthead'), text.indexOf('\\endhead')]
  const foot = Math.max(text.indexOf('\\endfoot'), text.indexOf('\\endlastfoot'))
  const end = Math.max(next, foot)
  const from = first >= 0 ? first : next >= 0 ? next : end
  const body = from < 0 ? text : text.slice(0, from) + text.slice(end).replace(/^\\end[a-z]+/u, '')
  const found = CAPTION.exec(body)
  if (found === null) return { caption: '', body }
  return { caption: leadOf(latexWords(found[1] ?? '')), body: body.replace(found[0], '') }
}

/** A group in braces may hold groups. */
const CAPTION =
  /\\caption\*?(?:\[[^\]]{0,300}\])?\{((?:[^{}]|\{[^{}]{0,300}\}){1,600})\}\s*(?:\\\\(?:\[[^\]]{0,30}\])?)?/u

/** Nobody nests lists deeper, and every level makes each of its lines longer. */
const DEPTH_MAX = 20

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/\|/gu, '\\|')).join(' | ')} |`
}

/** Before a sign that stands for itself. */
const KEPT = '\uE000'

/** The words of a line of LaTeX without its commands. */
export function latexWords(line: string): string {
  return line
    .replace(UNSAID, '')
    .replace(/\\(?:begin|end)\{[\w*]+\}(?:\[[^\]]{0,300}\])?(?:\{[^{}]*\})*/gu, '')
    .replace(FIRST_UNSAID, '')
    .replace(/\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/gu, '$1/$2')
    .replace(/\\(?:textsterling|pounds|textdollar)[ \t]+(?=\d)/gu, (sign) => `${sign.trim()}{}`)
    .replace(/\\footnote\{([^{}]*)\}/gu, ' ($1)')
    .replace(/\\href\{[^{}]*\}/gu, '')
    .replace(/\\(?:SI|qty)\{([^{}]*)\}\{([^{}]*)\}/gu, (_, value: string, unit: string) =>
      `${value} ${unit.replace(/\\(\w+)/gu, (_unit, name: string) => SIGNS[name] ?? ` ${name}`)}`.replace(
        /\s+/gu,
        ' ',
      ),
    )
    .replace(/\\cv(?:item|line|language|skill)\{([^{}]+)\}\{/gu, '{$1: ')
    .replace(/\}[ \t]?\{\}/gu, '}')
    .replace(/(?<=[^\\{}])\}\{(?=[^{}])/gu, '}, {')
    .replace(/\{\\([cvHukr]) ([A-Za-z])\}/gu, '\\$1{$2}')
    .replace(
      /\\(["'`^~])\{?\\?([A-Za-z])\}?|\\([cvHukr.=])\{([A-Za-z])\}/gu,
      (_, mark, letter, other, second) =>
        `${letter ?? second}${ACCENTS[mark ?? other] ?? ''}`.normalize('NFC'),
    )
    .replace(/\\([A-Za-z]+)\*?(?:\{\})?/gu, (_, name: string) => SIGNS[name] ?? '')
    .replace(/\\[,;:! ]/gu, ' ')
    .replace(/\\\\/gu, ' ')
    .replace(/\\([%&$#_{}])/gu, `${KEPT}$1`)
    .replace(/(?<!\uE000)[{}$]/gu, '')
    .replace(/\uE000/gu, '')
    .replace(/~/gu, ' ')
    .replace(/---/gu, '—')
    .replace(/--/gu, '–')
    .replace(/``|''/gu, '"')
    .replace(/[ \t]{2,}/gu, ' ')
    .replace(/ (?=[.,;:)])/gu, '')
    .trim()
}
