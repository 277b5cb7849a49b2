import { type Element, local } from './elements.ts'
import { inside } from './tags.ts'

/** A formula of Word or PowerPoint as people type it on one line: "r=0.05", "(a+b)/2", "x^2". */
export function formulaOf(formula: Element): string {
  return textOf(formula).replace(/\s+/gu, ' ').trim()
}

function textOf(tag: Element): string {
  const of = (name: string) => textOf(partOf(tag, name) ?? NOTHING)
  switch (local(tag.name)) {
    case 't':
      return tag.children.filter((child) => typeof child === 'string').join('')
    case 'f':
      return `${grouped(of('num'))}/${grouped(of('den'))}`
    case 'sSup':
      return `${of('e')}${raised(of('sup'))}`
    case 'sSub':
      return `${of('e')}${lowered(of('sub'))}`
    case 'sSubSup':
      return `${of('e')}${lowered(of('sub'))}${raised(of('sup'))}`
    case 'rad':
      return `${of('deg')}√${grouped(of('e'))}`
    case 'nary':
      return `${signOf(tag, 'naryPr', 'chr', '∫')}${lowered(of('sub'))}${raised(of('sup'))} ${of('e')}`
    case 'd':
      return bracketed(tag)
    case 'func':
      return `${of('fName')} ${of('e')}`
    case 'limLow':
      return `${of('e')}${lowered(of('lim'))}`
    case 'm':
      return joined(tag, 'mr', '; ')
    case 'mr':
      return joined(tag, 'e', ', ')
    case 'eqArr':
      return joined(tag, 'e', '; ')
    default:
      return inside(tag).map(textOf).join('')
  }
}

const NOTHING: Element = { name: '', attributes: {}, children: [] }

/** "a+b" in brackets, "0.05" without. */
function grouped(text: string): string {
  return /^[\p{L}\p{N}.,%]*$/u.test(text) ? text : `(${text})`
}

function raised(text: string): string {
  return text === '' ? '' : `^${grouped(text)}`
}

function lowered(text: string): string {
  return text === '' ? '' : `_${grouped(text)}`
}

function bracketed(tag: Element): string {
  const open = signOf(tag, 'dPr', 'begChr', '(')
  const close = signOf(tag, 'dPr', 'endChr', ')')
  return `${open}${joined(tag, 'e', signOf(tag, 'dPr', 'sepChr', '|'))}${close}`
}

function signOf(tag: Element, properties: string, name: string, otherwise: string): string {
  const own = partOf(partOf(tag, properties), name)?.attributes
  return own?.['m:val'] ?? own?.val ?? otherwise
}

function joined(tag: Element, name: string, by: string): string {
  return inside(tag)
    .filter((child) => local(child.name) === name)
    .map(textOf)
    .join(by)
}

function partOf(tag: Element | undefined, name: string): Element | undefined {
  return inside(tag).find((child) => local(child.name) === name)
}
