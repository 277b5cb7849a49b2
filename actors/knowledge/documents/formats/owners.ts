import type { Document } from '../../text/document.ts'
import { SaidRows } from './said-rows.ts'

/** "/docs/   @acme/docs ann@acme.org  # text". A space in a pattern is written "\ ". */
const RULE =
  /^\s*(?<pattern>(?:\\.|[^\s\\#@])(?:\\.|[^\s\\])*)(?<owners>(?:\s+[^\s@#]*@\S+)*)\s*(?:\s#\s*(?<beside>.*))?$/u
/** "[Docs][2] @acme/docs", above the patterns of a part. */
const PART = /^\s*\^?\[(?<name>[^\]]{1,80})\](?:\[\d+\])?(?<owners>(?:\s+\S*@\S+)*)\s*$/u
const LINE_CHARS_MAX = 1_000
const RULES_LEAST = 2

type Groups = Readonly<Record<string, string | undefined>>

/** Each pattern of files with its owners, and the comment above it: "/docs/: @acme/docs". */
export function readOwners(file: string, text: string): Document {
  const rows = new SaidRows()
  let part: Groups = {}
  text.split(/\r\n|\n|\r/u).forEach((own, i) => {
    const line = i + 1
    const short = own.slice(0, LINE_CHARS_MAX)
    const opened = PART.exec(short)?.groups
    const { pattern = own.trim(), owners, beside = '' } = RULE.exec(short)?.groups ?? {}
    if (own.trim() === '') rows.blank()
    else if (/^\s*#/u.test(own)) rows.comment(own, line)
    else if (opened !== undefined) part = opened
    else {
      const under = part.name === undefined ? [] : [part.name]
      // A pattern without an owner has those of its part.
      const text = words(owners) || words(part.owners) || 'no owner'
      rows.add({ under, key: pattern.replace(/\\ /gu, ' '), text, beside, line })
    }
  })
  return { file, tree: { type: 'root', children: rows.done() } }
}

function words(text = ''): string {
  return text.trim().replace(/\s+/gu, ' ')
}

/** Whether a plain text has nothing but patterns of files with owners, and remarks. */
export function isOwners(text: string): boolean {
  const own = text.split(/\r\n|\n|\r/u).filter((line) => line.trim() !== '' && !/^\s*#/u.test(line))
  return (
    own.length >= RULES_LEAST &&
    own.every((line) => line.length <= LINE_CHARS_MAX && (RULE.exec(line)?.groups?.owners ?? '') !== '') &&
    own.some((line) => /^\s*[*/]/u.test(line))
  )
}
