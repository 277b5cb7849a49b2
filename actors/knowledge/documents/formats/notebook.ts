import { type Node, parseTree } from 'jsonc-parser'
import type { RootContent } from 'mdast'
import { type Document, note } from '../../text/document.ts'
import { lineCounter } from './lines.ts'
import { readMarkdown } from './markdown.ts'
import { moved } from './moved.ts'
import { malformed } from './records.ts'

/** Longer output is data for machines. */
const OUTPUT_CHARS_MAX = 4_000

/** The cells of a Jupyter notebook: text as Markdown, code and its printed output as code. @throws SyntaxError */
export function readNotebook(file: string, text: string): Document {
  const root = parseTree(text)
  const cells = find(root, 'cells')?.children
  if (cells === undefined) throw malformed('Jupyter', 'it has no cells')
  const lineAt = lineCounter(text)
  const children = cells.flatMap((cell): RootContent[] => {
    const source = find(cell, 'source')
    const words = joined(source)
    const line = lineAt(source?.children?.[0]?.offset ?? source?.offset ?? 0)
    if (find(cell, 'cell_type')?.value === 'markdown')
      return moved(readMarkdown(file, words).tree.children, line - 1)
    if (find(cell, 'cell_type')?.value !== 'code') return []
    return [code(words, line), ...outputs(cell, lineAt)].filter(({ value }) => value.trim() !== '')
  })
  return { file, tree: { type: 'root', children } }
}

/** Stands for what is shown as a picture or by the browser: "<Figure size 640x480 with 1 Axes>". */
const SHOWN = /^<[^<>\n]{1,200}>$/u

/** What a program has printed belongs to it. */
const OUTPUT = 'Output'

function outputs(cell: Node, lineAt: (offset: number) => number) {
  return (find(cell, 'outputs')?.children ?? []).flatMap((output) => {
    const error = find(output, 'ename')
    if (error !== undefined)
      return [code(`${joined(error)}: ${joined(find(output, 'evalue'))}`, lineAt(error.offset))]
    const data = find(output, 'data')
    const part = find(output, 'text') ?? find(data, 'text/markdown') ?? find(data, 'text/plain')
    const text = joined(part)
    return text.length > OUTPUT_CHARS_MAX || SHOWN.test(text.trim())
      ? []
      : [
          {
            ...code(text, lineAt(part?.children?.[0]?.offset ?? part?.offset ?? 0)),
            ...note({ entry: OUTPUT }),
          },
        ]
  })
}

function code(value: string, line: number) {
  const at = { line: line - 1, column: 1 }
  return { type: 'code' as const, value: value.trimEnd(), lang: null, position: { start: at, end: at } }
}

function joined(node: Node | undefined): string {
  if (node?.type === 'string') return String(node.value)
  return (node?.children ?? []).map(joined).join('')
}

function find(node: Node | undefined, key: string): Node | undefined {
  return node?.children?.find(({ children }) => children?.[0]?.value === key)?.children?.[1]
}
