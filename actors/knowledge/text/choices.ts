import type { List, ListItem, RootContent } from 'mdast'
import { type Boxed, boxesOf, type Choice, mayHoldBox } from './boxes.ts'
import { at, note, noted, paragraphAt } from './document.ts'
import { isQuestion } from './headlike.ts'
import { plainText } from './plain.ts'

/** One line of a paragraph, or another node as a whole. */
interface Line {
  readonly node: RootContent
  readonly text: string
  readonly line: number
  readonly boxed?: Boxed | undefined
}

/** Lines with the choices of one question. */
interface Group {
  readonly from: number
  readonly to: number
  readonly lead: string
  readonly choices: readonly Choice[]
}

/**
 * Boxes below a question, or behind its words, are a list of its choices, if some are ticked and some are not: the blank ones are no
 * answers. A list of tasks, of which the open ones are asked for, stays, and so does a form that nobody has filled in.
 */
export function withChoices(nodes: readonly RootContent[], folded: boolean): readonly RootContent[] {
  if (!nodes.some(holdsBox)) return nodes
  const lines = nodes.flatMap((node) => linesOf(node, folded))
  const groups = new Map<number, Group>()
  const changed = new Set<RootContent>()
  for (let i = 0; i < lines.length; i += 1) {
    const group = groupAt(lines, i)
    if (group === undefined) continue
    const above = group.lead === '' ? lines[group.from - 1] : undefined
    const task = TASKS.test(headingAbove(lines, group.from))
    if (!task && isChoice(group, above)) {
      groups.set(group.from, group)
      for (const { node } of lines.slice(group.from, group.to)) changed.add(node)
      // It stands apart from the lines above it.
      if (above?.node.type === 'paragraph') changed.add(above.node)
    }
    i = group.to - 1
  }
  return groups.size === 0 ? nodes : rebuilt(lines, groups, changed)
}

function holdsBox(node: RootContent): boolean {
  if ('value' in node) return mayHoldBox(node.value)
  if (!/^(?:paragraph|list|listItem|strong|emphasis|link)$/u.test(node.type)) return false
  return 'children' in node && (node.children as RootContent[]).some(holdsBox)
}

function linesOf(node: RootContent, folded: boolean): Line[] {
  const line = node.position?.start.line ?? 1
  if (node.type === 'list' && holdsBox(node)) {
    const boxed = boxesOfList(node, folded)
    return [{ node, text: '', line, boxed }]
  }
  if (node.type !== 'paragraph' && node.type !== 'heading') return [{ node, text: '', line }]
  const plain = plainText(node, folded)
  if (node.type === 'heading') return [{ node, text: plain.text.trim(), line }]
  let offset = 0
  return plain.text.split('\n').map((text) => {
    const own = { node, text, line: plain.lineAt(offset), boxed: boxesOf(text) }
    offset += text.length + 1
    return own
  })
}

/** The boxes of a list, if each of its items begins with one. Tasks of Markdown have none. */
function boxesOfList(list: List, folded: boolean): Boxed | undefined {
  const all = list.children.map((item) => boxOfItem(item, folded))
  const choices = all.filter((one) => one !== undefined)
  return choices.length === all.length ? { lead: '', choices } : undefined
}

function boxOfItem({ children }: ListItem, folded: boolean): Choice | undefined {
  const [first, ...others] = children
  if (first?.type !== 'paragraph' || others.length > 0) return undefined
  const { lead = '', choices = [] } = boxesOf(plainText(first, folded).text) ?? {}
  return lead === '' && choices.length === 1 ? choices[0] : undefined
}

function groupAt(lines: readonly Line[], from: number): Group | undefined {
  const first = lines[from]?.boxed
  if (first === undefined) return undefined
  const choices = [...first.choices]
  let to = from + 1
  for (let next = lines[to]?.boxed; next !== undefined && next.lead === ''; next = lines[to]?.boxed) {
    for (const one of next.choices) choices.push(one)
    to += 1
  }
  return { from, to, lead: first.lead, choices }
}

function headingAbove(lines: readonly Line[], from: number): string {
  for (let i = from - 1; i >= Math.max(0, from - NEAR); i -= 1)
    if (lines[i]?.node.type === 'heading') return lines[i]?.text ?? ''
  return ''
}

/** A heading further above is about more than one list. */
const NEAR = 3

/** Whoever reads these asks for the open ones. */
const TASKS =
  /\b(?:to[- ]?dos?|tasks?|check-?lists?|lists?|open|done|steps?|actions?|pending|remaining|left|missing|pack(?:ing|ed)?|shopping|groceries|buy|bring|needs?|needed|prepare|preparation|equipment|luggage|progress|status|plan|milestones?|agenda|items|legend|key|symbols?|signs?|aufgaben|liste|offen\p{L}*|erledig\p{L}*|legende|zeichen|tâches|tareas|taken|(?:ein)?packen|packliste|einkauf\p{L}*|einkäufe|kaufen|mitbringen|mitnehmen|besorg\p{L}*|benötig\p{L}*|brauche\p{L}*|gepäck|ausrüstung|vorbereit\p{L}*)\b/iu
const ASKS =
  /\b(?:tick|(?:check|mark|cross) (?:one|all|any|only|as|with|the|what|where)|choose|select|pick|applicable|applies|ankreuzen|kreuzen|zutreffendes|auswahl|cocher|cochez|choisi\p{L}*|marque|elija|seleccion\p{L}*|kies|aankruisen)\b/iu
const LEAD_CHARS_MAX = 160
const LABEL_CHARS_MAX = 60
const CHOICE_CHARS_MAX = 120

function isChoice({ lead, choices, from, to }: Group, above: Line | undefined): boolean {
  const ticked = choices.filter((one) => one.ticked).length
  if (ticked === 0 || ticked === choices.length) return false
  if (choices.some(({ text }) => text === '' || text.length > CHOICE_CHARS_MAX)) return false
  const said = (lead || above?.text || '').trim()
  if (said === '' || said.length > LEAD_CHARS_MAX || TASKS.test(said)) return false
  if (lead !== '') return choices.length > 1
  const asks = isQuestion(said) || ASKS.test(said)
  if (asks) return true
  // Several may be what is done of a list.
  if (ticked > 1) return false
  const drawn = choices.every(({ sign }) => !/^[[(]/u.test(sign))
  const oneLine = to === from + 1 && above?.node.type === 'paragraph'
  // "Wanted size", above signs that no list of tasks has.
  if (above?.boxed !== undefined || /[:：]\s+\S/u.test(said)) return false
  const label = said.length <= LABEL_CHARS_MAX && !/[.!;,]$/u.test(said) && above?.node.type === 'paragraph'
  return label && (drawn || oneLine)
}

function rebuilt(
  lines: readonly Line[],
  groups: ReadonlyMap<number, Group>,
  changed: ReadonlySet<RootContent>,
): RootContent[] {
  const found: RootContent[] = []
  const begun = new Set<RootContent>()
  // What a reader notes on a node, as its page, goes on to its first part.
  const put = (made: RootContent, { node }: Line) => {
    found.push(begun.has(node) ? made : { ...made, data: { ...node.data, ...made.data } })
    begun.add(node)
  }
  for (let i = 0; i < lines.length; i += 1) {
    const own = lines[i] as Line
    const group = groups.get(i)
    if (group !== undefined) {
      if (group.lead !== '') put(paragraphAt(group.lead, own.line), own)
      put(listOf(group, lines), own)
      i = group.to - 1
    } else if (!changed.has(own.node)) {
      if (!begun.has(own.node)) found.push(own.node)
      begun.add(own.node)
    } else {
      // The other lines of a paragraph stay together, but for the one that leads to choices.
      const texts = [own.text]
      const leads = (at: number) => groups.get(at)?.lead === ''
      while (!leads(i + 1) && !leads(i + 2) && !groups.has(i + 1) && lines[i + 1]?.node === own.node) {
        i += 1
        texts.push(lines[i]?.text ?? '')
      }
      put(paragraphAt(texts.join('\n'), own.line), own)
    }
  }
  return found
}

function listOf({ from, to, choices }: Group, lines: readonly Line[]): List {
  const places = lines.slice(from, to).flatMap(({ line, boxed }) => (boxed?.choices ?? []).map(() => line))
  const children = choices.map(({ text, ticked }, i): ListItem => {
    const said = ticked ? `${text} (checked)` : text
    return {
      type: 'listItem',
      children: [paragraphAt(said, places[i] ?? 1)],
      ...at(places[i] ?? 1),
      ...note({ silent: !ticked }),
    }
  })
  return { type: 'list', ordered: false, children, ...at(lines[from]?.line ?? 1), ...note({ choices: true }) }
}

/** Of "How should we contact you? (tick one)": what it asks. */
export function askedIn(lead: string): string {
  return lead.replace(/(?<=\S)\s*\([^()]{1,60}\)[:：]?$/u, (end) =>
    ASKS.test(end) || noteOnly(end) ? '' : end,
  )
}

/** "(one only)" is about the boxes. */
function noteOnly(text: string): boolean {
  return /\b(?:one|all that|only|nur)\b/iu.test(text)
}

/** What stands directly above leads to them. */
export function isChoices(node: RootContent): boolean {
  return noted(node).choices === true
}
