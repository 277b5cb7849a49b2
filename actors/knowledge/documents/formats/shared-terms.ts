import { indent } from '../../text/indent.ts'

/** "Excess::", above what it means. */
const TERM = /^(\S(?:.{0,78}?\S)?):{2,4}\s*$/u
/** "Deductible:: The first part." */
const DEFINED = /^(\S(?:.{0,78}?\S)?):{2,4}\s+\S/u
const TERMS_MAX = 8
const BLOCK = /^(?:-{4,}|\.{4,}|`{3,}|\+{4,}|\/{4,})\s*$/u
/** What begins below a term as something else than a text: a list, a block, attributes. */
const OTHER = /^\s*(?:[-*.]+\s|[-=*_.|+]{2,}\s*$|\+\s*$|\[[^\]]*\]\s*$|=+\s|:[\w!-]+:|\/\/)/u

/** The terms of AsciiDoc with what they mean on one line, and those that share it together: "Excess, Deductible:: …". No line moves. */
export function withSharedTerms(lines: readonly string[]): string[] {
  const found: string[] = []
  let block = ''
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string
    if (block === '' ? BLOCK.test(line) : line.trimEnd() === block) block = block === '' ? line.trimEnd() : ''
    const group = block === '' && TERM.test(line) ? groupAt(lines, i) : undefined
    if (group === undefined) {
      found.push(line)
      continue
    }
    found.push(`${group.terms.join(', ')}:: ${group.meaning}`)
    for (; i + 1 < group.to; i += 1) found.push('')
  }
  return found
}

/** Terms below each other, and the text below them. */
function groupAt(
  lines: readonly string[],
  from: number,
): { readonly terms: string[]; readonly meaning: string; readonly to: number } | undefined {
  const terms: string[] = []
  let to = from
  for (
    let term = TERM.exec(lines[to] ?? '');
    term !== null && terms.length < TERMS_MAX;
    term = TERM.exec(lines[to] ?? '')
  ) {
    // "Fees::" above "Adults:::" has others within it.
    if (colonsOf(lines[to]) !== colonsOf(lines[from])) return undefined
    terms.push(term[1] ?? '')
    to += 1
  }
  const meaning: string[] = []
  const last = DEFINED.exec(lines[to] ?? '')
  if (last !== null && colonsOf(lines[to]) !== colonsOf(lines[from])) return undefined
  if (last !== null) {
    const [whole, term = ''] = last
    terms.push(term)
    meaning.push((lines[to] ?? '').slice(whole.length - 1))
    return { terms, meaning: meaning.join(' '), to: to + 1 }
  }
  if ((lines[to] ?? '').trim() === '') to += 1
  for (; to < lines.length; to += 1) {
    const line = lines[to] as string
    if (line.trim() === '' || OTHER.test(line) || TERM.test(line) || DEFINED.test(line)) break
    meaning.push(line.trim())
  }
  return meaning.length === 0 ? undefined : { terms, meaning: meaning.join(' '), to }
}

/** How many colons end the term of a line. */
function colonsOf(line = ''): number {
  return /(:{2,4})(?=\s|$)/u.exec(line)?.[1]?.length ?? 0
}

const GLOSSARY = /^\s*\.\.\s+glossary::\s*$/u

/** The glossaries of reStructuredText as terms with their descriptions further in, one line for those that share it. No line moves. */
export function withGlossaries(lines: readonly string[]): string[] {
  const found: string[] = []
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string
    if (!GLOSSARY.test(line)) {
      found.push(line)
      continue
    }
    const outer = indent(line)
    let end = i + 1
    while (
      end < lines.length &&
      ((lines[end] as string).trim() === '' || indent(lines[end] as string) > outer)
    )
      end += 1
    found.push('')
    for (const one of entriesOf(lines.slice(i + 1, end))) found.push(one)
    i = end - 1
  }
  return found
}

function entriesOf(body: readonly string[]): string[] {
  const inner = indent(body.find((line) => /^\s+[^\s:]/u.test(line)) ?? '')
  const found: string[] = []
  let terms = 0
  for (const line of body) {
    const isTerm = line.trim() !== '' && indent(line) === inner
    const option = isTerm && /^\s*:\w+:/u.test(line)
    const last = found.at(-1)
    if (option) found.push('')
    else if (isTerm && terms > 0 && last !== undefined) {
      // The place of the first one is that of all.
      found.splice(-1, 1, '', `${last}, ${line.trim()}`)
    } else found.push(line.slice(Math.min(inner, line.length - line.trimStart().length)))
    terms = isTerm && !option ? terms + 1 : 0
  }
  return found
}
