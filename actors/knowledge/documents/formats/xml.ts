import { SaxesParser } from 'saxes'
import type { Document } from '../../text/document.ts'
import { joined, type Remark, remarkOf } from './comments.ts'
import { readHtml } from './html.ts'
import { RecordSubject } from './placing.ts'
import { malformed } from './records.ts'
import { told } from './telling.ts'
import type { Field, Value } from './values.ts'
import { htmlOfXml } from './xml-prose.ts'

interface Open {
  readonly name: string
  readonly line: number
  readonly attributes: readonly (readonly [string, string])[]
  readonly children: Open[]
  /** All text inside, in order. */
  text: string
  /** Text of its own, between its elements. */
  own: string
  /** What comments say about it. */
  readonly remarks: Remark[]
  /** A comment inside that nothing stands below yet. */
  waiting: { readonly remark: Remark; readonly end: number } | undefined
  /** The line where it ends. */
  end: number
}

/** A document for people as its paragraphs, else records. @throws SyntaxError naming the line */
export function readXmlFile(file: string, text: string): Document {
  let html: string | undefined
  try {
    html = htmlOfXml(text)
  } catch (error) {
    throw malformed('XML', error instanceof Error ? error.message : String(error))
  }
  return html === undefined ? readXml(file, text) : readHtml(file, html)
}

/** Elements as records, attributes as their fields; elements inside running text are words. @throws SyntaxError naming the line */
function readXml(file: string, text: string): Document {
  const parser = new SaxesParser({ position: true })
  const open: Open[] = []
  const above: Remark[] = []
  let top: Value = { kind: 'record', fields: [], line: 1 }
  parser.on('error', (error) => {
    throw malformed('XML', error.message)
  })
  let line = 1
  parser.on('opentagstart', () => {
    line = parser.line
  })
  parser.on('opentag', ({ name, attributes }) => {
    const own = Object.entries(attributes).filter(([key, value]) => !/^xml/u.test(key) && value !== '')
    const remarks = open.length === 0 ? above : aboveNext(open.at(-1), line)
    const element = { name: local(name), line: parser.line, attributes: own, children: [], text: '', own: '' }
    open.push({ ...element, remarks, waiting: undefined, end: 0 })
  })
  const words = (value: string) => {
    const own = open.at(-1)
    if (own === undefined) return
    own.text += value
    own.own += value
  }
  parser.on('text', words)
  // HTML in it is read as that.
  parser.on('cdata', words)
  parser.on('comment', (comment) => {
    const remark = remarkOfComment(comment, parser.line - comment.split('\n').length + 1)
    const own = open.at(-1)
    if (own === undefined) above.push(remark)
    else comments(own, remark, parser.line)
  })
  parser.on('closetag', () => {
    const own = open.pop() as Open
    const parent = open.at(-1)
    own.end = parser.line
    if (own.waiting !== undefined) own.remarks.push(own.waiting.remark)
    // Read from the top once all is there: elements inside prose need no reading, however deep they are.
    if (parent === undefined)
      top = { kind: 'record', fields: [{ key: own.name, value: valueOfElement(own) }], line: own.line }
    else {
      parent.text += `${own.text} `
      parent.children.push(own)
    }
  })
  parser.write(text.replace(/^\uFEFF/u, '')).close()
  return { file, tree: { type: 'root', children: told([top]) } }
}

/** An element alone in a comment is one that is switched off. */
const SWITCHED_OFF = /^\s*<([\w.:-]+)>([^<>]*)<\/\1>\s*$/u

function remarkOfComment(comment: string, line: number): Remark {
  const [, key, text = ''] = SWITCHED_OFF.exec(comment) ?? []
  if (key !== undefined) return { words: [], off: [{ key: local(key), text: text.trim(), note: '', line }] }
  return wordsOf(remarkOf(comment.split('\n'), line))
}

/** "port = 8080" in a comment switches nothing off here. */
function wordsOf({ words, off }: Remark): Remark {
  const more = off.map(({ key, text, note, line }) => ({ text: joined([`${key}: ${text}`, note]), line }))
  return { words: [...words, ...more].sort((a, b) => a.line - b.line), off: [] }
}

/** A comment is about the element that ends on its line, or else about the one that begins below it. */
function comments(own: Open, remark: Remark, line: number): void {
  const before = own.children.at(-1)
  if (own.waiting !== undefined) own.remarks.push(own.waiting.remark)
  own.waiting = undefined
  if (remark.off.length > 0) own.remarks.push(remark)
  else if (before?.end === line) before.remarks.push(remark)
  else own.waiting = { remark, end: line }
}

/** What the comment directly above an element says; one further above is about all of its parent. */
function aboveNext(parent: Open | undefined, line: number): Remark[] {
  const waiting = parent?.waiting
  if (parent === undefined || waiting === undefined) return []
  parent.waiting = undefined
  if (line <= waiting.end + 1) return [waiting.remark]
  parent.remarks.push(waiting.remark)
  return []
}

function valueOfElement(element: Open): Value {
  const { attributes, children, text, own, line } = element
  const prose = own.trim() !== ''
  const words = prose ? said(text) : ''
  const fields = attributes.map(([key, value]): Field => ({ key: local(key), value: scalar(value, line) }))
  if (prose && (children.length > 0 || !tells(attributes))) {
    const more = children.length > 0 || attributes.length > INLINE_MAX ? [] : attributes
    const beside = more.map(([key, value]) => `${local(key)}: ${value}`).join(', ')
    return scalar(beside === '' ? words : `${words} (${beside})`, line)
  }
  // Text among attributes that tell more is what they are about.
  if (prose) fields.unshift({ key: keyOf(words, fields), value: scalar(words, line) })
  const byName = new Map<string, Open[]>()
  for (const child of children) {
    const same = byName.get(child.name)
    if (same === undefined) byName.set(child.name, [child])
    else same.push(child)
  }
  for (const [name, same] of byName) fields.push(fieldOf(name, same))
  const record: Value & { kind: 'record' } = { kind: 'record', fields, line }
  const subject = new RecordSubject(record)
  for (const remark of element.remarks) subject.add(remark)
  subject.finish()
  return record
}

/** Elements of one name. What comments say about one without fields stands beside its text. */
function fieldOf(key: string, elements: readonly Open[]): Field {
  if (elements.every(isKeyed)) {
    const fields = elements.map((element): Field => {
      const text = said(element.own).replace(/\\(['"@?])/gu, '$1')
      const note = joined([besideKey(element), noteOf(element)])
      const own = { key: keyedBy(element)?.[1] as string, value: scalar(text, element.line) }
      return note === '' ? own : { ...own, note }
    })
    return { key, value: { kind: 'record', nameless: true, fields, line: elements[0]?.line ?? 1 } }
  }
  const values = elements.map((element) => ({ value: valueOfElement(element), note: noteOf(element) }))
  const [first] = values
  if (first !== undefined && values.length === 1) {
    const { value, note } = first
    return note === '' || value.kind === 'record' ? { key, value } : { key, value, note }
  }
  const items = values.map(({ value, note }) =>
    value.kind !== 'scalar' || note === '' ? value : { ...value, text: `${value.text} (${note})` },
  )
  return { key, value: { kind: 'list', items, line: items[0]?.line ?? 1 } }
}

/** `<string name="pay">Pay now</string>`: a text with a key, maybe with switches and numbers beside it. */
function isKeyed(element: Open): boolean {
  const { attributes, children, own } = element
  return (
    children.length === 0 &&
    own.trim() !== '' &&
    keyedBy(element) !== undefined &&
    attributes.every(([key, value]) => KEYED.test(local(key)) || FORMAL.test(local(key)) || SHORT.test(value))
  )
}

function keyedBy({ attributes }: Open): readonly [string, string] | undefined {
  return attributes.find(
    ([key, value]) => KEYED.test(local(key)) && value.split(/\s+/u).length < KEY_WORDS_MAX,
  )
}

/** `stock: 30`, of `<product name="Kettle" stock="30">`: what the other attributes say. */
function besideKey(element: Open): string {
  const by = keyedBy(element)
  return element.attributes
    .filter((one) => one !== by && one[1] !== by?.[1] && !UNSAID.test(local(one[0])))
    .map(([key, value]) => `${local(key)}: ${value}`)
    .join(', ')
}

const KEYED = /^(?:name|key)$/iu
/** Switches, and numbers with their units. */
const SHORT = /^(?:true|false|yes|no|on|off|[-+]?\p{Sc}?\p{N}[\p{N}.,:/-]*\s?(?:%|\p{Sc}|\p{L}{1,3})?)$/iu
/** How an element looks, and what is for programs and translators alone. */
const UNSAID = /^(?:class|style|target|rel|role|dir|transform|translat(?:e|able)|formatted|space|ignore)$/iu
const KEY_WORDS_MAX = 6

function said(text: string): string {
  return text.replace(/\s+/gu, ' ').trim()
}

function noteOf({ remarks }: Open): string {
  return joined(remarks.flatMap(({ words }) => words.map(({ text }) => text)))
}

/** Attributes that are about how an element looks, or where it leads. */
const FORMAL = /^(?:class|style|id|href|src|target|rel|role|lang|dir|type|transform)$/iu
const INLINE_MAX = 2

/** Whether there are more attributes than stand in brackets, with words for people among them. */
function tells(attributes: readonly (readonly [string, string])[]): boolean {
  return (
    attributes.length > INLINE_MAX &&
    attributes.some(([key, value]) => !FORMAL.test(local(key)) && /\p{L}{2}/u.test(value))
  )
}

/** A few words are a name. */
const NAME_WORDS_MAX = 11

function keyOf(words: string, fields: readonly Field[]): string {
  const named = fields.some(({ key }) => /^(?:name|title)$/iu.test(key))
  return named || words.split(' ').length > NAME_WORDS_MAX ? 'text' : 'name'
}

function scalar(text: string, line: number): Value {
  return { kind: 'scalar', text, quoted: true, line }
}

/** A name without its namespace. */
function local(name: string): string {
  return name.replace(/^.*:/u, '')
}
