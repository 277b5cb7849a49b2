import type { Document } from '../../text/document.ts'
import { indent } from '../../text/indent.ts'
import { BracedReader, COMMENT, tagsOf } from './braced-directives.ts'
import { Blocks } from './directive-blocks.ts'
import { linesOf } from './lines.ts'
import { optionIn } from './option-lines.ts'

/** A name above a brace: "server {", "resource aws_instance web {", but not "x = main {" nor a line of text. */
const BRACED = /^[ \t]*[\p{L}_@~*."'/][^={}#;\r\n]{0,200}\{[ \t]*(?:[#;].*|\/\/.*)?$/mu

/** Blocks of directives in each other: "location /api/ { proxy_read_timeout 75s; }", as in nginx, Terraform, HAProxy and routers. */
export function readDirectives(file: string, text: string): Document {
  const lines = linesOf(text)
  return documentOf(file, inBraces(text, lines) ?? indented(lines, openersOf(lines)))
}

/** Settings that have blocks: between braces or tags, or two or more by how far in their lines are, under names without a value. */
export function readBlocks(file: string, text: string): Document | undefined {
  const lines = linesOf(text)
  const braced = inBraces(text, lines)
  if (braced !== undefined) return documentOf(file, braced)
  const openers = openersOf(lines)
  return openers.size > 1 ? documentOf(file, indented(lines, openers)) : undefined
}

function documentOf(file: string, blocks: Blocks): Document {
  return { file, tree: { type: 'root', children: blocks.told() } }
}

function inBraces(text: string, lines: readonly string[]): Blocks | undefined {
  const tags = tagsOf(lines)
  return BRACED.test(text) || tags.size > 0 ? new BracedReader(lines, tags).read() : undefined
}

/** "frontend www *:80", above lines that are further in: the numbers of such lines. */
function openersOf(lines: readonly string[]): ReadonlySet<number> {
  const found = new Set<number>()
  let next = -1
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    const line = lines[i] as string
    if (line.trim() === '' || COMMENT.test(line)) continue
    if (isOpener(partsOf(line).said) && next > indent(line)) found.add(i)
    next = indent(line)
  }
  return found
}

function isOpener(said: string): boolean {
  return /^[\p{L}_][^=[\]{}]*(?<!:)$/u.test(said) && said.split(/\s+/u).length <= OPENER_WORDS_MAX
}

const OPENER_WORDS_MAX = 5

/** Lines that stand in the line above that is less far in. */
function indented(lines: readonly string[], openers: ReadonlySet<number>): Blocks {
  const blocks = new Blocks(false)
  const open: number[] = []
  const off = optionIn(lines)
  lines.forEach((line, i) => {
    if (line.trim() === '') return
    const switched = off(line)
    if (switched !== undefined) blocks.off('', switched.trim(), i + 1)
    else if (COMMENT.test(line)) {
      blocks.comment(line.replace(/^\s*!/u, '#'), i + 1, true)
    }
    if (switched !== undefined || COMMENT.test(line)) return
    while (open.length > 0 && indent(line) <= (open.at(-1) as number)) {
      open.pop()
      blocks.end()
    }
    const { said, beside } = partsOf(line)
    if (openers.has(i)) {
      blocks.begin(said, i + 1)
      open.push(indent(line))
    } else blocks.directive(said, i + 1)
    if (beside !== '') blocks.comment(beside, i + 1, false)
  })
  return blocks
}

/** A line without the comment beside it. */
function partsOf(line: string): { readonly said: string; readonly beside: string } {
  const at = line.search(/\s#/u)
  return at < 0
    ? { said: line.trim(), beside: '' }
    : { said: line.slice(0, at).trim(), beside: line.slice(at).trim() }
}
