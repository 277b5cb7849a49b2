import type { Code, RootContent } from 'mdast'
import { clip } from '../../text/clip.ts'
import { at, note, paragraphAt } from '../../text/document.ts'
import { plainText } from '../../text/plain.ts'

/** "# <2>" at the end of a line of code, in AsciiDoc; maybe several. */
const MARKS = /[ \t]*(?:(?:#|\/\/|--|;+|%|<!--)[ \t]*)?((?:<\d{1,2}>[ \t]*){1,5})(?:-->)?[ \t]*$/u
/** "# (2)!", of Material for MkDocs. */
const NUMBERS = /[ \t]*(?:#|\/\/|--|;+|%|<!--|\/\*)[ \t]*(\(\d{1,2}\))!?[ \t]*(?:-->|\*\/)?[ \t]*$/u
/** "<2> How long it waits." */
const TEXT = /^<(\d{1,2}|\.)>[ \t]+(?=\S)/u
/** Behind a longer line stands no mark. */
const LINE_CHARS_MAX = 400

/** What numbers in a listing refer to below it stands under the line of code that has the number. */
export function withCallouts(nodes: readonly RootContent[]): RootContent[] {
  const found: RootContent[] = []
  for (let i = 0; i < nodes.length; i += 1) {
    const node = nodes[i] as RootContent
    if (node.type === 'blockquote' || node.type === 'listItem')
      node.children = withCallouts(node.children) as typeof node.children
    else if (node.type === 'list')
      for (const item of node.children) item.children = withCallouts(item.children) as typeof item.children
    found.push(node)
    const texts = node.type === 'code' ? calloutsOf(nodes[i + 1]) : []
    if (node.type !== 'code' || texts.length === 0) continue
    const marks = nodes[i + 1]?.type === 'list' ? NUMBERS : MARKS
    const { lines, value } = markedLines(node, marks)
    if (!texts.every(({ number }) => lines.has(number))) continue
    found[found.length - 1] = { ...node, value }
    for (const one of texts) found.push(explained(lines.get(one.number) ?? '', one.nodes, one.line))
    i += 1
  }
  return found
}

interface Callout {
  readonly number: number
  readonly line: number
  readonly nodes: RootContent[]
}

function calloutsOf(node: RootContent | undefined): Callout[] {
  const first = node?.position?.start.line ?? 1
  if (node?.type === 'list' && node.ordered === true && (node.start ?? 1) === 1)
    return node.children.map((item, i) => ({
      number: i + 1,
      line: item.position?.start.line ?? first,
      nodes: item.children,
    }))
  if (node?.type !== 'paragraph') return []
  const plain = plainText(node, false)
  if (!TEXT.test(plain.text)) return []
  const found: { number: number; line: number; texts: string[] }[] = []
  let offset = 0
  for (const text of plain.text.split('\n')) {
    const [mark = '', number = ''] = TEXT.exec(text) ?? []
    if (mark === '') found.at(-1)?.texts.push(text)
    else
      found.push({
        number: number === '.' ? found.length + 1 : Number(number),
        line: plain.lineAt(offset),
        texts: [text.slice(mark.length)],
      })
    offset += text.length + 1
  }
  return found.map(({ number, line, texts }) => ({
    number,
    line,
    nodes: [paragraphAt(texts.join('\n'), line)],
  }))
}

/** The lines of code by their numbers, and the code without them. */
function markedLines({ value }: Code, marks: RegExp): { lines: Map<number, string>; value: string } {
  const lines = new Map<number, string>()
  const own = value.split('\n').map((line) => {
    const match = line.length > LINE_CHARS_MAX ? null : marks.exec(line)
    if (match === null) return line
    const code = line.slice(0, match.index)
    for (const [, number] of (match[1] ?? '').matchAll(/(\d+)/gu))
      if (code.trim() !== '' && !lines.has(Number(number)))
        lines.set(Number(number), code.trim().replace(/^-\s+/u, ''))
    return code
  })
  return { lines, value: own.join('\n') }
}

function explained(code: string, nodes: RootContent[], line: number): RootContent {
  return { type: 'blockquote', children: nodes as never[], ...at(line), ...note({ about: clip(code) }) }
}
