import { SaxesParser } from 'saxes'
import type { Document } from '../../text/document.ts'
import { malformed } from './records.ts'
import { type Field, told, type Value } from './telling.ts'

interface Open {
  readonly name: string
  readonly line: number
  readonly attributes: readonly (readonly [string, string])[]
  readonly children: Open[]
  /** All text inside, in order. */
  text: string
  /** Text of its own, between its elements. */
  own: string
}

/** Elements as records, attributes as their fields; elements inside running text are words. @throws SyntaxError naming the line */
export function readXml(file: string, text: string): Document {
  const parser = new SaxesParser({ position: true })
  const open: Open[] = []
  let top: Value = { kind: 'record', fields: [], line: 1 }
  parser.on('error', (error) => {
    throw malformed('XML', error.message)
  })
  parser.on('opentag', ({ name, attributes }) => {
    const own = Object.entries(attributes).filter(([key, value]) => !/^xml/u.test(key) && value !== '')
    open.push({ name: local(name), line: parser.line, attributes: own, children: [], text: '', own: '' })
  })
  const words = (value: string) => {
    const own = open.at(-1)
    if (own === undefined) return
    own.text += value
    own.own += value
  }
  parser.on('text', words)
  parser.on('cdata', (value) => words(value.replace(/<[^<>]*>/gu, ' ')))
  parser.on('closetag', () => {
    const own = open.pop() as Open
    const parent = open.at(-1)
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

function valueOfElement({ attributes, children, text, own, line }: Open): Value {
  const prose = own.trim() !== ''
  const words = prose ? text.replace(/\s+/gu, ' ').trim() : ''
  const said = attributes.map(([key, value]) => `${local(key)}: ${value}`).join(', ')
  if (children.length === 0 && prose) {
    const whole = said === '' || attributes.length > 2 ? words : `${words} (${said})`
    return { kind: 'scalar', text: whole, quoted: true, line }
  }
  // Text with elements inside is prose.
  if (prose) return { kind: 'scalar', text: words, quoted: true, line }
  const fields: Field[] = attributes.map(([key, value]) => ({
    key: local(key),
    value: { kind: 'scalar', text: value, quoted: true, line },
  }))
  const byName = new Map<string, Value[]>()
  for (const child of children) {
    const same = byName.get(child.name)
    if (same === undefined) byName.set(child.name, [valueOfElement(child)])
    else same.push(valueOfElement(child))
  }
  for (const [name, same] of byName) {
    const [first] = same
    if (first !== undefined)
      fields.push({
        key: name,
        value: same.length === 1 ? first : { kind: 'list', items: same, line: first.line },
      })
  }
  return { kind: 'record', fields, line }
}

/** A name without its namespace. */
function local(name: string): string {
  return name.replace(/^.*:/u, '')
}
