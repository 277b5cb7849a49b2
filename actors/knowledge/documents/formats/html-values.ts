import type { Nodes } from 'hast'
import { fromHtml } from 'hast-util-from-html'
import { isHtml } from './html-tags.ts'
import { PROSE_WORDS, type Value, words } from './values.ts'

/** Elements that end a line of text. */
const BLOCK =
  /^(?:p|br|li|ul|ol|dl|dt|dd|div|h[1-6]|table|tr|td|th|blockquote|pre|section|article|header|footer|figure|hr)$/u
/** Text for a browser alone. */
const UNSAID = /^(?:script|style|template|noscript|svg)$/u
/** What holds code, in which tags are the subject. */
const CODE = /^(?:code|source|snippet|template|markup|pattern|regex|svg|xml|cell_?source|diff|patch)$/iu

/** Values that are HTML are told as a browser shows them. Generics, comparisons and code have no tag that is closed. */
export function withoutHtml(value: Value, key = ''): void {
  if (value.kind === 'list') for (const item of value.items) withoutHtml(item, key)
  else if (value.kind === 'record') for (const field of value.fields) withoutHtml(field.value, field.key)
  else value.text = shownText(value.text, key)
}

/** A text as a browser shows it, if it is HTML. @param key the name of its field or column */
export function shownText(text: string, key: string): string {
  return text.includes('<') && !CODE.test(key) && isHtml(text) ? shown(text) : text
}

function shown(html: string): string {
  try {
    return textOfHtml(html)
  } catch {
    // Nested deeper than its parser goes.
    return html
  }
}

/** A link that is still read. */
interface Link {
  readonly address: string
  text: string
}

/** Its lines; a short text is on one line. */
function textOfHtml(html: string): string {
  let text = ''
  const links: Link[] = []
  // The last is next: elements inside each other may be as many as the text has characters.
  const due: (Nodes | string | typeof LINK_END)[] = [fromHtml(html, { fragment: true })]
  for (let node = due.pop(); node !== undefined; node = due.pop()) {
    if (node === LINK_END) text += addressOf(links.pop())
    else if (typeof node === 'string') text += node
    else if (node.type === 'text') {
      const said = node.value.replace(/\s+/gu, ' ')
      text += said
      const link = links.at(-1)
      if (link !== undefined && link.text.length < LINK_CHARS_MAX) link.text += said
    } else if ('children' in node && !(node.type === 'element' && UNSAID.test(node.tagName))) {
      const mark = node.type === 'element' && BLOCK.test(node.tagName) ? '\n' : ''
      if (mark !== '') due.push(mark)
      if (node.type === 'element' && node.tagName === 'a') {
        links.push({ address: String(node.properties.href ?? '').trim(), text: '' })
        due.push(LINK_END)
      }
      for (let i = node.children.length - 1; i >= 0; i -= 1) due.push(node.children[i] as Nodes)
      if (mark !== '') due.push(mark)
    }
  }
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (words(text) >= PROSE_WORDS) return lines.join('\n')
  return lines
    .map((line, i) => (i < lines.length - 1 && /[\p{L}\p{N})]$/u.test(line) ? `${line};` : line))
    .join(' ')
}

const LINK_END = Symbol('the end of a link')
/** A longer link is a part of a page, and a longer address is one for programs. */
const LINK_CHARS_MAX = 200
const ADDRESS = /^(?:https?:\/\/|mailto:|tel:)/iu

/** " (https://acme.io/help)" behind a link whose words don't say it. */
function addressOf(link: Link | undefined): string {
  const address = link?.address ?? ''
  const said = link?.text.trim() ?? ''
  if (said === '' || said.length >= LINK_CHARS_MAX || address.length >= LINK_CHARS_MAX) return ''
  if (!ADDRESS.test(address)) return ''
  const bare = address.replace(/^mailto:([^?]*).*$/isu, '$1').replace(/^tel:/iu, '')
  return isSaid(bare, said) ? '' : ` (${bare})`
}

/** Whether words say an address or a number, however it is written. */
function isSaid(address: string, text: string): boolean {
  if (/^\+?[\d\s()./-]+$/u.test(address)) return /\p{N}{3}/u.test(text)
  const host = address.replace(/^https?:\/\/(?:www\.)?/iu, '').replace(/\/$/u, '')
  return text.toLowerCase().includes(host.toLowerCase())
}
