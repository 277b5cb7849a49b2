import { Parser } from 'htmlparser2'
import type { TextWithLines } from './text-with-lines.ts'
import { LineBuilder } from './text-with-lines.ts'

const HIDDEN = new Set(['script', 'style', 'noscript', 'template', 'svg', 'head', 'nav'])
const HEADING = /^h([1-6])$/
const BREAKING = new Set([
  ...[
    'address',
    'article',
    'aside',
    'blockquote',
    'br',
    'dd',
    'div',
    'dl',
    'dt',
    'figcaption',
    'figure',
    'footer',
  ],
  ...[
    'form',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'header',
    'hr',
    'li',
    'main',
    'ol',
    'p',
    'pre',
    'section',
    'table',
  ],
  ...['tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'ul', 'body', 'option'],
])
const APART = new Set([
  'p',
  'div',
  'section',
  'article',
  'ul',
  'ol',
  'table',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'dl',
])

/** The visible text of an HTML page as light Markdown (headings, list items), with the line of the file for each line. */
export function htmlText(html: string): TextWithLines {
  const out = new LineBuilder(html)
  let hidden = 0
  let inTitle = false
  let title = ''
  const parser = new Parser(
    {
      onopentagname: (name) => {
        if (name === 'title') inTitle = true
        if (HIDDEN.has(name)) hidden += 1
        if (!BREAKING.has(name)) return
        out.endLine(APART.has(name))
        const level = HEADING.exec(name)?.[1]
        if (level !== undefined) out.prefix(`${'#'.repeat(Number(level))} `)
        else if (name === 'li') out.prefix('- ')
      },
      ontext: (text) => {
        if (inTitle) title += text
        else if (hidden === 0) out.words(text, parser.startIndex)
      },
      onclosetag: (name) => {
        if (name === 'title') inTitle = false
        if (HIDDEN.has(name) && hidden > 0) hidden -= 1
        if (BREAKING.has(name)) out.endLine(APART.has(name))
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  parser.end(html)
  const named = title.replace(/\s+/gu, ' ').trim()
  return { ...out.done(), ...(named === '' ? {} : { title: named }) }
}
