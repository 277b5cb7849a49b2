import { SaxesParser } from 'saxes'
import { FieldsSeen, type Holder, isBeside } from './xml-fields.ts'

/** What elements of DocBook, DITA, JATS, TEI and pages of wikis are in HTML. Others within running text are words of it. */
const AS_HTML: ReadonlyMap<string, string> = new Map(
  Object.entries({
    p: 'p para simpara shortdesc ab cmd abstract-p l cmdsynopsis funcprototype',
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
    div: 'label subtitle attribution speaker stepresult stepxmp prereq postreq',
  }).flatMap(([html, names]) => names.split(' ').map((name) => [name, html] as const)),
)
/** Elements without text for people. */
const UNSEEN =
  /^(?:parameter|task-(?:id|uuid|status)|indexterm|processing-meta|prolog|teiheader|journal-meta)$/u
const HEADING = /^h[1-6]$/u
const TITLE = /^(?:title|head|bridgehead)$/u
/** As much of all text stands in paragraphs, code and tables, or the file holds records. */
const PROSE_SHARE = 0.6
const PARAGRAPHS_LEAST = 2
/** Most files of records have none and are not read twice. */
const PARAGRAPH = /<(?:[\w-]+:)?(?:p|para|simpara|shortdesc|ab|cmd)[\s>]/iu

/** Attributes that say nothing to people. */
const FORMAL =
  /^xml|:|^(?:id|class|role|href|lang|version|type|label|status|condition|audience|platform|os|arch|rev|revision|revisionflag|conref|outputclass|n|sec-type|specific-use|xreflabel|remap|annotations|width|height|align)$/u
/** As many parts with attributes of their own (who wrote it, when) are records: a document has no place for these. */
const PARTS_ATTRIBUTED = 2

interface Open extends Holder {
  /** Stands in a list of terms. */
  readonly inTerms: boolean
}

/** The HTML of an XML file that is a document for people, on the same lines; undefined if it holds records. @throws Error of the parser */
export function htmlOfXml(text: string): string | undefined {
  if (!PARAGRAPH.test(text)) return undefined
  const page = new Page()
  const parser = new SaxesParser({ position: true })
  let line = 1
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentagstart', () => {
    line = parser.line
  })
  parser.on('opentag', ({ name, attributes }) => {
    page.open(name.replace(/^.*:/u, '').toLowerCase(), line, Object.keys(attributes))
  })
  parser.on('text', (own) => page.words(own))
  parser.on('cdata', (own) => page.words(own))
  parser.on('closetag', () => page.close())
  parser.write(text.replace(/^\uFEFF/u, '')).close()
  return page.isProse ? page.html : undefined
}

/** The page that a document becomes, and what tells it from records. */
class Page {
  readonly #open: Open[] = []
  readonly #out: string[] = []
  readonly #fields = new FieldsSeen()
  #lines = 1
  #depth = 0
  #paragraphs = 0
  #headings = 0
  #prose = 0
  #all = 0
  #attributed = 0
  /** An element of no kind of HTML ends directly before. */
  #ended = false

  get html(): string {
    return this.#out.join('')
  }

  get isProse(): boolean {
    return (
      this.#headings > 0 &&
      this.#paragraphs >= PARAGRAPHS_LEAST &&
      this.#prose >= PROSE_SHARE * this.#all &&
      this.#attributed < PARTS_ATTRIBUTED &&
      !this.#fields.areRecords(this.#all)
    )
  }

  open(name: string, line: number, attributes: readonly string[]): void {
    const parent = this.#open.at(-1)
    const html = htmlOf(name, parent, this.#depth)
    if (html === 'section' && parent !== undefined && attributes.some((one) => !FORMAL.test(one)))
      this.#attributed += 1
    const unseen = parent?.unseen === true || UNSEEN.test(name)
    if (html === 'section') this.#depth += 1
    if (html === 'p') this.#paragraphs += 1
    if (HEADING.test(html)) this.#headings += 1
    this.#open.push({
      name,
      html,
      unseen,
      told: parent?.told === true || TOLD.test(html),
      beside: isBeside(name, parent, this.#open[0]?.html === 'section'),
      inTerms: parent?.inTerms === true || html === 'dl',
      own: 0,
      holdsField: false,
      records: new Map(),
    })
    if (line > this.#lines) this.#put('\n'.repeat(line - this.#lines))
    else if (this.#ended && html === '' && !WORDS.test(parent?.html ?? '')) this.#put(' ')
    this.#ended = false
    if (html !== '' && !unseen) this.#put(`<${html}>`)
  }

  words(text: string): void {
    const own = this.#open.at(-1)
    const count = text.trim().length
    this.#all += count
    this.#ended = false
    if (own !== undefined) own.own += count
    if (own?.told === true) this.#prose += count
    if (own?.unseen !== true) this.#put(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'))
  }

  close(): void {
    const own = this.#open.pop() as Open
    const { html, unseen, told } = own
    if (html === 'section') this.#depth -= 1
    this.#fields.close(own, this.#open.at(-1), this.#depth > 0)
    this.#ended = html === ''
    if (html === '' && !told) this.#put(' ')
    if (html !== '' && html !== 'br' && !unseen) this.#put(`</${html}>`)
  }

  #put(own: string): void {
    this.#lines += own.split('\n').length - 1
    this.#out.push(own)
  }
}

/** Where text of a document stands. */
const TOLD = /^(?:p|pre|td|th|li|dd|dt|h[1-6]|div)$/u
/** Where letters of several elements may be one word. */
const WORDS = /^(?:p|pre|h[1-6])$/u
/** What records are often called too: a part of a list or a row of a table only within one. */
const PART = /^(?:item|member|step|choice|entry)$/u
/** Texts of the steps of DITA; elsewhere fields. */
const OF_STEP = /^(?:context|result|info)$/u

function htmlOf(name: string, parent: Open | undefined, depth: number): string {
  if (HEADING.test(name)) return name
  if (TITLE.test(name)) {
    if (parent?.html === 'table') return 'caption'
    return parent?.html === 'section' ? `h${Math.min(6, depth)}` : 'p'
  }
  // The item of a list of terms is what its term means.
  if (name === 'listitem' && parent?.inTerms === true) return 'dd'
  if (PART.test(name) && !/^(?:ul|ol|dl|tr)$/u.test(parent?.html ?? '')) return ''
  if (OF_STEP.test(name) && /^(?:taskbody|step)$/u.test(parent?.name ?? '')) return 'div'
  return name === 'list' ? 'ul' : (AS_HTML.get(name) ?? '')
}
