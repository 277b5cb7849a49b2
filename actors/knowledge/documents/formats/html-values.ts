import type { Nodes } from 'hast'
import { fromHtml } from 'hast-util-from-html'
import { PROSE_WORDS, type Value, words } from './values.ts'

/** Elements that end a line of text. */
const BLOCK =
  /^(?:p|br|li|ul|ol|dl|dt|dd|div|h[1-6]|table|tr|td|th|blockquote|pre|section|article|header|footer|figure|hr)$/u
/** Text for a browser alone. */
const UNSAID = /^(?:script|style|template|noscript|svg)$/u
/** Elements of texts that people write. */
const TAG =
  /<(\/?)(p|br|li|ul|ol|div|h[1-6]|b|i|u|em|strong|span|a|table|tr|td|blockquote|code|pre|img)(?=[\s/>])[^<>]*>/giu
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

function isHtml(text: string): boolean {
  // Code and Markdown with code.
  if (/```|<\?php|<%|\bimport\s[^;\n]{1,200}\sfrom\s|=>|\{\{/u.test(text)) return false
  const opened = new Set<string>()
  for (const { 1: end = '', 2: name = '', index } of text.matchAll(TAG)) {
    const tag = name.toLowerCase()
    // A line break has no end, nor need what a text begins with.
    if (end === '' && (tag === 'br' || (index === 0 && /^(?:p|li)$/u.test(tag)))) return true
    if (end === '') opened.add(tag)
    else if (opened.has(tag)) return true
  }
  return false
}

/** Its lines; a short text is on one line. */
function textOfHtml(html: string): string {
  let text = ''
  // The last is next: elements inside each other may be as many as the text has characters.
  const due: (Nodes | string)[] = [fromHtml(html, { fragment: true })]
  for (let node = due.pop(); node !== undefined; node = due.pop()) {
    if (typeof node === 'string') text += node
    else if (node.type === 'text') text += node.value.replace(/\s+/gu, ' ')
    else if ('children' in node && !(node.type === 'element' && UNSAID.test(node.tagName))) {
      const mark = node.type === 'element' && BLOCK.test(node.tagName) ? '\n' : ''
      if (mark !== '') due.push(mark)
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
