import type { Element } from 'hast'
import { classesOf, find, hasClass, textOf } from './html-nodes.ts'

const MARK_CLASS = /^(?:footnote-?ref(?:erence)?|fn-?ref|note-?ref)$/iu
const BACK_CLASS = /^(?:footnote-?back(?:ref|link)?|reversefootnote|doc-backlink)$/iu

/** Whether a link is the mark of a note, which is not part of the text. `before`: what stands before it. */
export function isNoteMark(node: Element, before: string): boolean {
  const { role, href } = node.properties
  const type = String(node.properties['epub:type'] ?? node.properties.epubType ?? '')
  if (/\bnoteref\b|\bbacklink\b/u.test(type) || role === 'doc-noteref' || role === 'doc-backlink') return true
  if (hasClass(node, MARK_CLASS) || hasClass(node, BACK_CLASS)) return true
  if (!String(href ?? '').includes('#')) return false
  const text = textOf(node).trim()
  if (/^[↩↑⏎]\ufe0e?$/u.test(text)) return true
  if (!/^\[\d{1,3}\]$/u.test(text)) return false
  // "as [3] shows" says it.
  const word = find(node, 'span')
  return (
    /\S$/u.test(before) || (word !== undefined && classesOf(word).some((name) => /^Mso\w*note/iu.test(name)))
  )
}
