import { SaxesParser } from 'saxes'

/** What elements of DocBook, DITA, JATS, TEI and pages of wikis are in HTML. Others within running text are words of it. */
const AS_HTML: ReadonlyMap<string, string> = new Map(
  Object.entries({
    p: 'p para simpara shortdesc ab cmd abstract-p',
    section:
      'article book chapter section sect1 sect2 sect3 sect4 sect5 sec appendix part preface topic concept task reference div div1 div2 div3',
    ul: 'ul itemizedlist simplelist choices steps-unordered',
    ol: 'ol orderedlist steps procedure',
    li: 'li listitem list-item member step choice item',
    dl: 'dl variablelist glosslist',
    dt: 'dt term glossterm',
    dd: 'dd glossdef',
    table: 'table informaltable table-wrap simpletable',
    thead: 'thead',
    tr: 'tr row strow sthead',
    td: 'td entry stentry',
    th: 'th',
    pre: 'pre programlisting screen codeblock literallayout synopsis plain-text-body code-block',
    aside: 'note tip warning caution important',
    br: 'br',
  }).flatMap(([html, names]) => names.split(' ').map((name) => [name, html] as const)),
)
/** Elements without text for people. */
const UNSEEN = /^(?:parameter|indexterm|processing-meta|prolog|teiheader|journal-meta)$/u
const HEADING = /^h[1-6]$/u
const TITLE = /^(?:title|head|bridgehead)$/u
/** As much of all text stands in paragraphs, code and tables, or the file holds records. */
const PROSE_SHARE = 0.6
const PARAGRAPHS_LEAST = 2
/** Most files of records have none and are not read twice. */
const PARAGRAPH = /<(?:[\w-]+:)?(?:p|para|simpara|shortdesc|ab|cmd)[\s>]/iu

interface Open {
  readonly name: string
  readonly html: string
  readonly unseen: boolean
  /** Stands where text of a document does. */
  readonly told: boolean
  /** Stands in a list of terms. */
  readonly inTerms: boolean
}

/** The HTML of an XML file that is a document for people, on the same lines; undefined if it holds records. @throws Error of the parser */
export function htmlOfXml(text: string): string | undefined {
  if (!PARAGRAPH.test(text)) return undefined
  const open: Open[] = []
  const out: string[] = []
  let [lines, line, depth, paragraphs, headings, prose, all] = [1, 1, 0, 0, 0, 0, 0]
  const put = (own: string) => {
    lines += own.split('\n').length - 1
    out.push(own)
  }
  const toLine = (wanted: number) => {
    if (wanted > lines) put('\n'.repeat(wanted - lines))
  }
  const parser = new SaxesParser({ position: true })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentagstart', () => {
    line = parser.line
  })
  parser.on('opentag', ({ name: written }) => {
    const name = written.replace(/^.*:/u, '').toLowerCase()
    const parent = open.at(-1)
    const unseen = parent?.unseen === true || UNSEEN.test(name)
    const html = htmlOf(name, parent, depth)
    if (html === 'section') depth += 1
    if (html === 'p') paragraphs += 1
    if (HEADING.test(html)) headings += 1
    open.push({
      name,
      html,
      unseen,
      told: parent?.told === true || TOLD.test(html),
      inTerms: parent?.inTerms === true || html === 'dl',
    })
    toLine(line)
    if (html !== '' && !unseen) put(`<${html}>`)
  })
  const words = (own: string) => {
    const count = own.trim().length
    all += count
    if (open.at(-1)?.told === true) prose += count
    if (open.at(-1)?.unseen !== true) put(own.replaceAll('&', '&amp;').replaceAll('<', '&lt;'))
  }
  parser.on('text', words)
  parser.on('cdata', words)
  parser.on('closetag', () => {
    const { html, unseen } = open.pop() as Open
    if (html === 'section') depth -= 1
    if (html !== '' && html !== 'br' && !unseen) put(`</${html}>`)
  })
  parser.write(text.replace(/^\uFEFF/u, '')).close()
  const isProse = headings > 0 && paragraphs >= PARAGRAPHS_LEAST && prose >= PROSE_SHARE * all
  return isProse ? out.join('') : undefined
}

/** Where text of a document stands. */
const TOLD = /^(?:p|pre|td|th|li|dd|dt|h[1-6])$/u

function htmlOf(name: string, parent: Open | undefined, depth: number): string {
  if (HEADING.test(name)) return name
  if (TITLE.test(name)) {
    if (parent?.html === 'table') return 'caption'
    return parent?.html === 'section' ? `h${Math.min(6, depth)}` : 'p'
  }
  // The item of a list of terms is what its term means.
  if (name === 'listitem' && parent?.inTerms === true) return 'dd'
  return name === 'list' ? 'ul' : (AS_HTML.get(name) ?? '')
}
