import type { Archive } from './archive.ts'
import { type Attributes, local, readTags } from './elements.ts'

/** An element of a part of a Word document, with the name that is usual for it ("w:p"), whatever its program calls it. */
export interface Tag {
  readonly name: string
  readonly attributes: Attributes
  readonly children: readonly (Tag | string)[]
}

/** The prefix of everything else. */
const OTHER = 'x'

/** The usual prefixes, and the ends of the addresses that they stand for in the usual and in the strict form. */
const PREFIXES: readonly (readonly [prefix: string, address: RegExp])[] = [
  ['w', /\/wordprocessingml\/(?:2006\/)?main$/u],
  ['r', /\/officeDocument\/(?:2006\/)?relationships$/u],
  ['m', /\/officeDocument\/(?:2006\/)?math$/u],
  ['wp', /\/drawingml\/(?:2006\/)?wordprocessingDrawing$/u],
  ['a', /\/drawingml\/(?:2006\/)?main$/u],
  ['pic', /\/drawingml\/(?:2006\/)?picture$/u],
  ['c', /\/drawingml\/(?:2006\/)?chart$/u],
  ['dgm', /\/drawingml\/(?:2006\/)?diagram$/u],
  ['mc', /\/markup-compatibility\/2006$/u],
  ['v', /^urn:schemas-microsoft-com:vml$/u],
  ['w14', /\/word\/2010\/wordml$/u],
  ['xml', /^xml$/u],
]

/** What the parser of Word documents knows. */
const KNOWN = {
  w: 'http://schemas.openxmlformats.org/wordprocessingml/2006/main',
  r: 'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
  wp: 'http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing',
  a: 'http://schemas.openxmlformats.org/drawingml/2006/main',
  pic: 'http://schemas.openxmlformats.org/drawingml/2006/picture',
  v: 'urn:schemas-microsoft-com:vml',
  w14: 'http://schemas.microsoft.com/office/word/2010/wordml',
  // What it leaves out.
  [OTHER]: 'urn:other',
}

/** Prefixes as they are declared at a place, each looking up what it does not declare further out. */
type Scope = Record<string, string>

/** A part of an archive as tags; none if it is not there. @throws SyntaxError */
export async function tagsOf(archive: Archive, part: string): Promise<Tag | undefined> {
  const top: { children: (Tag | string)[] } = { children: [] }
  const open = [top]
  const scopes: Scope[] = [Object.create(null) as Scope]
  await readTags(archive, part, {
    open(name, own) {
      const scope = scopeOf(own, scopes.at(-1) as Scope)
      const attributes: Record<string, string> = {}
      for (const key in own)
        if (!DECLARES.test(key)) attributes[key.includes(':') ? usual(key, scope) : key] = own[key] as string
      const tag = { name: usual(name, scope), attributes, children: [] }
      open.at(-1)?.children.push(tag)
      open.push(tag)
      scopes.push(scope)
    },
    close() {
      open.pop()
      scopes.pop()
    },
    text(value) {
      open.at(-1)?.children.push(value)
    },
  })
  return top.children.find((child) => typeof child !== 'string')
}

/** "xmlns:w" declares "w", "xmlns" what has no prefix. */
const DECLARES = /^xmlns(?::|$)/u

function scopeOf(attributes: Attributes, outer: Scope): Scope {
  let scope = outer
  for (const key in attributes) {
    if (!DECLARES.test(key)) continue
    if (scope === outer) scope = Object.create(outer) as Scope
    const address = attributes[key] as string
    scope[key.replace(DECLARES, '')] = PREFIXES.find(([, known]) => known.test(address))?.[0] ?? OTHER
  }
  return scope
}

function usual(name: string, scope: Scope): string {
  const at = name.indexOf(':')
  const prefix = at < 0 ? '' : name.slice(0, at)
  return `${scope[prefix] ?? (prefix === '' ? OTHER : prefix)}:${name.slice(at + 1)}`
}

/** A tag as XML that the parser of Word documents reads. */
export function xmlOf(tag: Tag): string {
  const pieces = ['<?xml version="1.0" encoding="UTF-8"?>']
  const declared = Object.entries(KNOWN).map(([prefix, address]) => ` xmlns:${prefix}="${address}"`)
  write(tag, pieces, declared.join(''))
  return pieces.join('')
}

function write({ name, attributes, children }: Tag, pieces: string[], declared = ''): void {
  const own = isKnown(name) ? name : `${OTHER}:${local(name)}`
  pieces.push('<', own, declared)
  for (const key in attributes)
    if (!key.includes(':') || isKnown(key))
      pieces.push(' ', key, '="', escaped(attributes[key] as string).replaceAll('"', '&quot;'), '"')
  pieces.push('>')
  for (const child of children) {
    if (typeof child === 'string') pieces.push(escaped(child))
    else write(child, pieces)
  }
  pieces.push('</', own, '>')
}

function isKnown(name: string): boolean {
  return Object.hasOwn(KNOWN, name.slice(0, name.indexOf(':')))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** The first child of this name. */
export function childOf(tag: Tag | undefined, name: string): Tag | undefined {
  return tag?.children.find((child): child is Tag => typeof child !== 'string' && child.name === name)
}

/** The child tags. */
export function inside(tag: Tag | undefined): Tag[] {
  return (tag?.children ?? []).filter((child) => typeof child !== 'string')
}

/** The tags inside of this name, without those inside these. */
export function allOf(tag: Tag | undefined, name: string): Tag[] {
  const found: Tag[] = []
  const look = (own: Tag) => {
    for (const child of inside(own)) {
      if (child.name === name) found.push(child)
      else look(child)
    }
  }
  if (tag !== undefined) look(tag)
  return found
}

/** What "w:val" says. */
export function valOf(tag: Tag | undefined): string | undefined {
  return tag?.attributes['w:val']
}

/** Whether a property is set: it is by its mere presence. */
export function isOn(tag: Tag | undefined): boolean {
  return tag !== undefined && !/^(?:0|false|off)$/u.test(valOf(tag) ?? '')
}

export function tag(name: string, children: Tag['children'] = [], attributes: Attributes = {}): Tag {
  return { name, attributes, children }
}

/** A run that says this. */
export function runOf(text: string): Tag {
  return tag('w:r', [tag('w:t', [text])])
}
