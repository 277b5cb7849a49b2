import type { Element, Nodes } from 'hast'
import { childElements, find, hasClass, rowsOf, textOf } from './html-nodes.ts'

const NUMBERS =
  /^(?:blob-num|gutter|hljs-ln-numbers|line-?numbers?|lineno|linenos|linenumbers?|ln|rouge-gutter)$/u

/** Makes code of a table of code beside the numbers of its lines. */
export function withoutNumbers(node: Nodes): void {
  if (!('children' in node)) return
  for (const child of node.children) {
    const lines = child.type === 'element' && child.tagName === 'table' ? codeOf(child) : undefined
    if (lines === undefined) withoutNumbers(child)
    else {
      const table = child as Element
      table.tagName = 'pre'
      table.properties = {}
      table.children = lines
    }
  }
}

function codeOf(table: Element): Element['children'] | undefined {
  const rows = rowsOf(table).map(childElements)
  if (rows.length === 0 || !rows.every(isNumbered)) return undefined
  const [only] = rows
  const code = only?.at(-1)
  if (rows.length === 1 && code !== undefined) return (find(code, 'pre') ?? code).children
  const text = rows.map((cells) => textOf(cells.at(-1) as Element).replace(/\n$/u, '')).join('\n')
  return [
    { type: 'text', value: text, ...(table.position === undefined ? {} : { position: table.position }) },
  ]
}

/** A row whose first cell numbers the lines of the next. */
function isNumbered([first, code, ...others]: readonly Element[]): boolean {
  if (first === undefined || code === undefined || others.length > 0) return false
  if (hasClass(first, NUMBERS)) return true
  const numbers = find(first, 'pre')
  return numbers !== undefined && find(code, 'pre') !== undefined && /^[\d\s]+$/u.test(textOf(numbers))
}
