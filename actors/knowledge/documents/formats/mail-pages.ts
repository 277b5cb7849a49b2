import type { Nodes, RootContent, Table } from 'mdast'
import { wordsOf } from '../../text/document.ts'
import { plainText } from '../../text/plain.ts'
import { words } from '../../text/words.ts'
import { readHtml } from './html.ts'

/** A text with more words is no hint. */
const WORDS_FEW = 30
/** "Please view this message in an HTML mail program." "Update the browser and restart." says something. */
const HINT_PARTS = [
  /\b(?:view|read|see|display|open|show|ver|leer|visuali\p{L}*|voir|lire|afficher|consulter|lesen|anzeigen|ansehen|öffnen)\b/iu,
  /\b(?:e-?mails?|messages?|newsletters?|nachricht|correo|mensaje|courriel)\b/iu,
  /\bHTML\b|\b(?:browser|navegador|navigateur)s?\b/iu,
]
/** So much of a mail's text tells whether its page says the same. */
const SAME_WORDS = 5

/** What of a mail is read: its text is missing where it says nothing of its own. */
export interface Page {
  readonly nodes: readonly RootContent[]
  readonly besideText: boolean
}

/** The page of a mail, if its text is no more than a few words beside it, or has the cells of its table below each other. */
export function pageOf(text: string, html = ''): Page | undefined {
  const own = formsOf(text)
  if (own.length > 0 && html === '') return undefined
  if (own.length > WORDS_FEW && !/<table\b/iu.test(html)) return undefined
  const nodes = readHtml('', html).tree.children
  if (own.length === 0) return { nodes, besideText: false }
  const said = formsOf(wordsOf(nodes))
  if (own.length <= WORDS_FEW) {
    const same = said.join(' ').includes(own.slice(0, SAME_WORDS).join(' '))
    const hint = isHint(text)
    if (!same && said.length > (hint ? 0 : own.length)) {
      const known = new Set(said)
      return { nodes, besideText: !hint && own.some((form) => !known.has(form)) }
    }
  }
  return isScattered(nodes, text) ? { nodes, besideText: false } : undefined
}

/** One sentence, and maybe an address, that says where to read the mail. */
function isHint(text: string): boolean {
  const bare = text.replace(/\bhttps?:\S+/giu, ' ').trim()
  return !/[.!?:;]\s+\S|\n\s*\n/u.test(bare) && HINT_PARTS.every((part) => part.test(bare))
}

function formsOf(text: string): string[] {
  return words(text).map(({ form }) => form)
}

/** Rows that are looked at. */
const ROWS_MOST = 3

/** Whether the cells of a table are lines of a text, where none tells which of them belong together. */
function isScattered(page: readonly RootContent[], text: string): boolean {
  const lines = new Set(text.split(/\r\n|\n|\r/u).map((line) => line.replace(/[>*|\s]+/gu, ' ').trim()))
  return tablesOf(page).some(({ children }) => {
    const rows = children
      .slice(0, ROWS_MOST)
      .map((row) => row.children.map((cell) => plainText(cell, true).text.replace(/\s+/gu, ' ').trim()))
    return (
      rows.length > 1 &&
      rows.every((row) => row.length > 1 && row.every((cell) => cell === '' || lines.has(cell)))
    )
  })
}

function tablesOf(nodes: readonly Nodes[]): Table[] {
  return nodes.flatMap((node) =>
    node.type === 'table' ? [node] : 'children' in node ? tablesOf(node.children) : [],
  )
}
