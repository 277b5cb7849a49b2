import { childOf, inside, type Tag } from './tags.ts'

/** A formula of Word as people type it on one line: "r=0.05", "(a+b)/2", "x^2". */
export function formulaOf(formula: Tag): string {
  return textOf(formula).replace(/\s+/gu, ' ').trim()
}

function textOf(tag: Tag): string {
  const of = (name: string) => textOf(childOf(tag, name) ?? NOTHING)
  switch (tag.name) {
    case 'm:t':
    case 'w:t':
      return tag.children.filter((child) => typeof child === 'string').join('')
    case 'm:f':
      return `${grouped(of('m:num'))}/${grouped(of('m:den'))}`
    case 'm:sSup':
      return `${of('m:e')}${raised(of('m:sup'))}`
    case 'm:sSub':
      return `${of('m:e')}${lowered(of('m:sub'))}`
    case 'm:sSubSup':
      return `${of('m:e')}${lowered(of('m:sub'))}${raised(of('m:sup'))}`
    case 'm:rad':
      return `${of('m:deg')}√${grouped(of('m:e'))}`
    case 'm:nary':
      return `${signOf(tag, 'm:naryPr', 'm:chr', '∫')}${lowered(of('m:sub'))}${raised(of('m:sup'))} ${of('m:e')}`
    case 'm:d':
      return bracketed(tag)
    case 'm:func':
      return `${of('m:fName')} ${of('m:e')}`
    case 'm:limLow':
      return `${of('m:e')}${lowered(of('m:lim'))}`
    case 'm:m':
      return joined(tag, 'm:mr', '; ')
    case 'm:mr':
      return joined(tag, 'm:e', ', ')
    case 'm:eqArr':
      return joined(tag, 'm:e', '; ')
    default:
      return inside(tag).map(textOf).join('')
  }
}

const NOTHING: Tag = { name: '', attributes: {}, children: [] }

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

function bracketed(tag: Tag): string {
  const open = signOf(tag, 'm:dPr', 'm:begChr', '(')
  const close = signOf(tag, 'm:dPr', 'm:endChr', ')')
  return `${open}${joined(tag, 'm:e', signOf(tag, 'm:dPr', 'm:sepChr', '|'))}${close}`
}

function signOf(tag: Tag, properties: string, name: string, otherwise: string): string {
  return childOf(childOf(tag, properties), name)?.attributes['m:val'] ?? otherwise
}

function joined(tag: Tag, name: string, by: string): string {
  return inside(tag)
    .filter((child) => child.name === name)
    .map(textOf)
    .join(by)
}
