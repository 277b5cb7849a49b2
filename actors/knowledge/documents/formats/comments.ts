import type { PhrasingContent, RootContent } from 'mdast'
import { at, note } from '../../text/document.ts'
import { STOP_WORDS } from '../../text/stop-words.ts'
import { WRAP_CHARS_LEAST } from '../../text/wrapping.ts'
import { blockIn, type CommentLine as Line } from './switched-blocks.ts'

/** One thing that a comment says, with its line. */
export interface Part {
  readonly text: string
  readonly line: number
}

/** A setting that is commented out, with what the comment says about it. */
export interface Switched {
  readonly key: string
  readonly text: string
  readonly note: string
  readonly line: number
}

/** What the lines of a comment say: settings that are commented out, and words. */
export interface Remark {
  readonly words: readonly Part[]
  readonly off: readonly Switched[]
}

/** More lines of a comment are looked at no further: nobody writes more about one thing. */
const COMMENT_LINES_MAX = 1_000
/** A longer line is text. */
const SETTING_CHARS_MAX = 400

const KEY = /^(["']?)([\p{L}_][\p{L}\p{N}_.$/-]*)\1[ \t]*([=:])(?!\/\/)[ \t]*/u
/** A text in quotes, a list, or one word; what stands beside it, for an amount or a switch in brackets too. */
const VALUE =
  /^("[^"]*"|'[^']*'|\[[^[\]]*\]|[^\s"'#;[\]{}|>&*]\S*)?(?:\s+[#;]+\s*(.*)|(?<=\d\S*|["']|true|false|yes|no|on|off)\s+\((?![^()]*\b(?:default|recommended|suggested)\b)([^()]*)\))?$/iu
/** "debug (only while testing)": a word with a remark, behind a key that is no word of prose ("log_level"). */
const REMARKED = /^([^\s"'#;[\]{}|>&*(]+)\s+\((?![^()]*\b(?:default|recommended|suggested)\b)([^()]*)\)$/iu
const TECHNICAL = /[_.]|\p{Ll}\p{Lu}|^\p{Lu}{2,}$/u
const BESIDE = /\s[#;]/u
/** "Default: 5" tells something about the setting below. */
const ABOUT =
  /^(?:defaults?|units?|examples?|e\.g|notes?|todo|fixme|see|range|values?|options?|allowed|was|since|until|contact|owner|author)$/iu

/** Brackets, the name of a block, an entry of a list with a name or one word. */
const CODE =
  /^(?:[{}[\]<]|["']?[\p{Ll}_][\p{L}\p{N}_.$/-]*["']?:\s*(?:[|>{&*].*)?$|-\s+(?:\S+|["']?[\p{Ll}_][\p{L}\p{N}_.$-]*["']?:(?:\s.*)?)$)|[{}]$|\)\s*;$/u

/** The text of licenses, which is about no setting. */
const LICENSE =
  /(?:you may (?:not use|obtain)|permission is hereby granted|above copyright notice|provided ["“']?as is|without (?:any )?warrant|required by applicable law|redistributions? (?:and use|of source|in binary)|can redistribute it|general public license|^https?:\S*licen[cs]e\S*$)/iu

/** What a comment says. Other code that it switches off says nothing, nor do rules of signs and the text of a license. */
export function remarkOf(lines: readonly string[], first: number): Remark {
  const words: Part[] = []
  const off: Switched[] = []
  for (const whole of paragraphsOf(lines, first)) {
    const block = blockIn(whole, settingOf)
    for (const { path, text, line } of block?.inner ?? [])
      off.push({ key: path.join(' · '), text, note: '', line })
    const paragraph = whole.slice(0, block?.from)
    if (paragraph.length === 0) continue
    const code = isCode(paragraph)
    let said: Line[] = []
    for (const line of paragraph) {
      const setting = settingOf(line.text)
      if (setting === undefined) {
        if (!CODE.test(line.text)) said.push(line)
      } else if (!code) {
        const above = partsOf(said).map(({ text }) => text)
        const { key, text, note } = setting
        off.push({ key, text, note: joined([...above, note]), line: line.line })
        said = []
      }
    }
    if (mostlyCode(paragraph) || LICENSE.test(said.map(({ text }) => text).join(' '))) continue
    for (const part of partsOf(said)) words.push(part)
  }
  return { words, off }
}

/** No mark at its end. */
const OPEN_END = /[\p{L}\p{N}\])"']/u

/** What lines for people say, whatever they look like. */
export function partsOfLines(lines: readonly string[], first: number): Part[] {
  return paragraphsOf(lines, first).flatMap(partsOf)
}

/** Parts after each other on one line. */
export function joined(parts: readonly string[]): string {
  const said = parts.filter((part) => part !== '')
  return said
    .map((part, i) => (i < said.length - 1 && OPEN_END.test(part.slice(-1)) ? `${part};` : part))
    .join(' ')
}

/** Its paragraphs, without the marks. A line of signs alone separates them. */
function paragraphsOf(lines: readonly string[], first: number): Line[][] {
  const found: Line[][] = [[]]
  lines.slice(0, COMMENT_LINES_MAX).forEach((line, i) => {
    const bare = line.replace(/^\s*(?:#+|;+|!+|\/{2,})!?/u, '')
    const text = withoutRules(bare.trim()).replace(/\s+/gu, ' ')
    const indent = bare.length - bare.trimStart().length
    if (!/[\p{L}\p{N}]/u.test(text)) {
      if (/[{}[\]]/u.test(text)) found.at(-1)?.push({ text, line: first + i, indent })
      else found.push([])
    } else found.at(-1)?.push({ text, line: first + i, indent })
  })
  return found.filter((paragraph) => paragraph.length > 0)
}

/** "--- Doors ---". */
function withoutRules(text: string): string {
  return text.length > SETTING_CHARS_MAX
    ? text
    : text.replace(/^[-=*#~_/]{2,}\s+/u, '').replace(/\s+[-=*#~_/]{2,}$/u, '')
}

/** Whether its settings are parts of something larger that is switched off. */
function isCode(paragraph: readonly Line[]): boolean {
  // "key: value" further in than another stands inside something.
  const marked = paragraph.filter(({ text }) => settingOf(text)?.sign === ':')
  return (
    paragraph.some(({ text }) => CODE.test(text)) || marked.some(({ indent }) => indent !== marked[0]?.indent)
  )
}

function mostlyCode(paragraph: readonly Line[]): boolean {
  const code = paragraph.filter(({ text }) => CODE.test(text) || settingOf(text) !== undefined)
  return 2 * code.length > paragraph.length && isCode(paragraph)
}

interface Setting {
  readonly key: string
  /** What stands before its value. */
  readonly sign: string
  readonly text: string
  readonly note: string
}

/** "old: ", "was port = 80", "Previously: ". */
const FORMER =
  /^(old|was|before|previous(?:ly)?|former(?:ly)?|until \p{N}{4}|alt|bisher|früher|war|vorher|ehemals|avant|antes)(?:\s*:\s*|\s+[-–—]\s+|\s+(?=[^\s:=]+\s*=))/iu

/** A setting in a comment, also below a word that tells that it holds no more: that is its note. */
function settingOf(text: string): Setting | undefined {
  if (text.length > SETTING_CHARS_MAX) return undefined
  const former = FORMER.exec(text)
  const own = former === null ? undefined : settingIn(text.slice(former[0].length))
  if (own === undefined) return settingIn(text)
  return { ...own, note: joined([former?.[1] ?? '', own.note]) }
}

/** "port = 8080  # of the proxy": a key and a value of one word, in quotes, in brackets, or below a mark of equality. */
function settingIn(text: string): Setting | undefined {
  const [start = '', , key = '', sign = ''] = KEY.exec(text) ?? []
  if (key === '' || ABOUT.test(key) || (sign === ':' && /^\p{Lu}\p{Ll}/u.test(key))) return undefined
  const rest = text.slice(start.length)
  const [, word, remark = ''] = (TECHNICAL.test(key) ? REMARKED.exec(rest) : null) ?? []
  if (word !== undefined) return { key, sign, text: word, note: remark }
  const [whole, value = '', beside, note = beside ?? ''] = VALUE.exec(rest) ?? []
  if (whole !== undefined)
    return value === '' && sign === ':' ? undefined : { key, sign, text: bareOf(value), note }
  if (sign === ':' && COMMANDS.test(key) && isCommand(rest)) return { key, sign, text: rest, note: '' }
  // "code = meaning | what to do" tells how lines are written.
  if (sign === ':' || /[{[]$|\s\|\s/u.test(rest)) return undefined
  const end = BESIDE.exec(rest)?.index ?? rest.length
  return { key, sign, text: rest.slice(0, end).trim(), note: rest.slice(end).replace(/^[\s#;]+/u, '') }
}

/** What has a command or a time of several words. */
const COMMANDS = /^(?:command|cmd|entrypoint|exec|run|script|test|schedule|cron)$/u

/** "npm run debug", but not "only on main". */
function isCommand(text: string): boolean {
  const words = text.trim().split(/\s+/u)
  return (
    /^[\p{Ll}\p{N}./*$@]/u.test(text) &&
    !/[.:;,!?]$/u.test(text) &&
    !words.some((word) => STOP_WORDS.has(word))
  )
}

/** Without quotes and brackets. */
function bareOf(value: string): string {
  return value.startsWith('[')
    ? value.slice(1, -1).replace(/["']/gu, '')
    : value.replace(/^(["'])(.*)\1$/u, '$2')
}

/** Lines that an editor wrapped run on; others were ended on purpose. */
function partsOf(lines: readonly Line[]): Part[] {
  const width = lines.reduce((most, { text }) => Math.max(most, text.length), 0)
  const found: Part[] = []
  lines.forEach(({ text, line }, i) => {
    const before = lines[i - 1]
    const last = found.at(-1)
    if (before === undefined || last === undefined || isEnded(before.text, text, width))
      found.push({ text, line })
    else found[found.length - 1] = { text: `${last.text} ${text}`, line: last.line }
  })
  return found.filter(({ text }) => /\p{L}/u.test(text))
}

function isEnded(text: string, next: string, width: number): boolean {
  // An item of a list, or an entry with its date.
  if (/^(?:[-*•+]\s|\p{N}{1,4}[-./]\p{N})/u.test(next)) return true
  if (/^\p{Ll}/u.test(next)) return false
  const word = /^\S+/u.exec(next)?.[0] ?? ''
  if (width < WRAP_CHARS_LEAST) return true
  return /[.!?:;。！？][)\]"']?$/u.test(text) || text.length + 1 + word.length <= width
}

/** What a comment says, as lines that belong to the headings above. */
export function paragraphOf(parts: readonly Part[]): RootContent {
  const children = parts.flatMap(({ text, line }, i): PhrasingContent[] => [
    ...(i === 0 ? [] : [{ type: 'break' } as const]),
    { type: 'text', value: text, ...at(line) },
  ])
  return { type: 'paragraph', children, ...at(parts[0]?.line ?? 1), ...note({ comment: true }) }
}
