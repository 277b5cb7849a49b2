import { SaxesParser } from 'saxes'
import { malformed } from '../records.ts'
import type { Archive } from './archive.ts'

export type Attributes = Readonly<Record<string, string>>

/** An element of XML. Names are without their namespaces, which differ from program to program. */
export interface Element {
  readonly name: string
  readonly attributes: Attributes
  readonly children: readonly (Element | string)[]
}

/** What is told of a part while it is read. */
export interface Reader {
  open(name: string, attributes: Attributes): void
  close(name: string): void
  text(value: string): void
  /** No more is wanted. */
  readonly done?: boolean
}

/** Nobody nests deeper, and what walks the elements does so by calls. */
const DEPTH_MAX = 500

/** Reads a part of an archive as XML, without keeping it. @throws SyntaxError */
export function readElements(archive: Archive, part: string, reader: Reader): Promise<void> {
  return readTags(archive, part, {
    open: (name, attributes) => reader.open(local(name), localOf(attributes)),
    close: (name) => reader.close(local(name)),
    text: (value) => reader.text(value),
    get done() {
      return reader.done === true
    },
  })
}

/** The same with names as they are written: "w:p". @throws SyntaxError */
export async function readTags(archive: Archive, part: string, reader: Reader): Promise<void> {
  const parser = new SaxesParser({ position: false })
  let depth = 0
  parser.on('error', (error) => {
    throw malformed(archive.format, `${part}: ${error.message}`)
  })
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1
    if (depth > DEPTH_MAX) throw malformed(archive.format, 'its elements nest too deep')
    reader.open(name, attributes as Record<string, string>)
  })
  parser.on('closetag', ({ name }) => {
    depth -= 1
    reader.close(name)
  })
  parser.on('text', (value) => reader.text(value))
  parser.on('cdata', (value) => reader.text(value))
  let first = true
  for await (const text of archive.texts(part)) {
    parser.write(first ? text.replace(/^[\uFEFF\s]+/u, '') : text)
    first = false
    if (reader.done === true) return
  }
  if (!first) parser.close()
}

/** A part of an archive as elements; none if it is not there. @throws SyntaxError */
export async function elementsOf(archive: Archive, part: string): Promise<Element | undefined> {
  const top: { children: (Element | string)[] } = { children: [] }
  const open = [top]
  await readElements(archive, part, {
    open(name, attributes) {
      const element = { name, attributes, children: [] }
      open.at(-1)?.children.push(element)
      open.push(element)
    },
    close() {
      open.pop()
    },
    text(value) {
      open.at(-1)?.children.push(value)
    },
  })
  return top.children.find((child) => typeof child !== 'string')
}

/** The elements inside that have this name, without those inside these. */
export function within(element: Element | undefined, name: string): Element[] {
  const found: Element[] = []
  const look = ({ children }: Element) => {
    for (const child of children) {
      if (typeof child === 'string') continue
      if (child.name === name) found.push(child)
      else look(child)
    }
  }
  if (element !== undefined) look(element)
  return found
}

/** The first element inside that has this name. */
export function first(element: Element | undefined, name: string): Element | undefined {
  return within(element, name)[0]
}

/** XML's truth: "1" or "true". */
export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true'
}

/** "id" with a namespace is a reference to a part ("r:id"), next to the element's own. */
function localOf(attributes: Attributes): Attributes {
  const found: Record<string, string> = {}
  for (const name in attributes) {
    const at = name.indexOf(':')
    const own = at < 0 ? name : name.slice(at + 1)
    found[at >= 0 && own === 'id' ? 'part' : own] = attributes[name] as string
  }
  return found
}

export function local(name: string): string {
  const at = name.indexOf(':')
  return at < 0 ? name : name.slice(at + 1)
}
