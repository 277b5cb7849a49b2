/** A file of YAML that a program fills in, as YAML, and what its parts stand for. */
export interface Template {
  readonly text: string
  /** With the expressions in place of what stood for them. */
  filled(text: string): string
}

// None goes on over the next one that begins: of 100,000 that nothing ends each would be searched to the end.
const COMMENT = /\{\{-?\s{0,9}\/\*(?:[^{]|\{(?!\{))*?\*\/\s{0,9}-?\}\}|\{#(?:[^{]|\{(?!#))*?#\}/gu
/** A line that holds nothing but an instruction, or something that is put in with all its lines. */
const INSTRUCTION = /^[ \t]*(?:(?:\{\{(?:(?!\}\})[^\n])*\}\}|\{%(?:(?!%\})[^\n])*%\})[ \t]*)+$/gmu
const EXPRESSION = /\{\{(?:[^\n{]|\{(?!\{))*?\}\}/gu
/** An instruction among other text. */
const INNER = /\{%(?:[^\n{]|\{(?!%))*?%\}/gu
/** Letters of nobody's language stand around the number of an expression. */
const [OPEN, CLOSE] = ['\uE000', '\uE001']
const FILLED = /\uE000(\d+)\uE001/gu

/** Whether an expression or an instruction stands where YAML has no quotes: "replicas: {{ .Values.replicas }}". */
export function isTemplate(text: string): boolean {
  return /^[ \t]*(?:\{\{-?|\{%-?)\s*[\w/.$]|^[ \t]*(?:- +)?[\w.-]{1,80}:[ \t]+\{\{/mu.test(text)
}

/**
 * A template without its instructions. No line moves.
 * @param whole whether blocks of text (`motd: |`) keep all that stands in them: YAML reads anything there
 */
export function templateOf(text: string, whole: boolean): Template {
  const expressions: string[] = []
  const kept = (expression: string) => `${OPEN}${expressions.push(expression) - 1}${CLOSE}`
  const plainOf = (part: string) =>
    part
      .replace(INSTRUCTION, '')
      .replace(EXPRESSION, kept)
      // What a line begins with puts in fields; inside a value it says when that is so.
      .replace(LINE_OF_FIELDS, (line) => line.replace(INNER, ''))
      .replace(INNER, kept)
  const plain = partsOf(
    text.replace(COMMENT, (part) => part.replace(/[^\n]/gu, '')),
    whole,
  )
    .map(({ lines, block }) => (block ? lines.join('\n') : plainOf(lines.join('\n'))))
    .join('\n')
  const filled = (own: string) =>
    own.includes(OPEN) ? own.replace(FILLED, (_, at: string) => expressions[Number(at)] ?? '') : own
  return { text: plain, filled }
}

/** Lines that are all in a block of text, or none. */
interface Part {
  readonly lines: string[]
  readonly block: boolean
}

const LINE_OF_FIELDS = /^[ \t]*(?:- +)?\{%[^\n]*$/gmu
/** The end of a line below which a block of text stands. */
const BLOCK = /(?:^|[:\s-]\s)(?:[&!]\S{1,40}\s+)?[|>][-+\d]{0,2}$/u
const BLOCK_CHARS = 60
const ONLY_INSTRUCTION = new RegExp(INSTRUCTION.source, 'u')

function partsOf(text: string, whole: boolean): Part[] {
  const found: Part[] = [{ lines: [], block: false }]
  // How far in the key of the block is; what stands further in is its text.
  let key: number | undefined
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/u)
    // An instruction further out is none of the text, and doesn't end it.
    const outside = key !== undefined && indent >= 0 && indent <= key
    if (outside && !ONLY_INSTRUCTION.test(line)) key = undefined
    const block = key !== undefined && !outside
    const last = found.at(-1) as Part
    if (last.block === block) last.lines.push(line)
    else found.push({ lines: [line], block })
    if (key === undefined && whole && !/^\s*#/u.test(line) && BLOCK.test(line.trimEnd().slice(-BLOCK_CHARS)))
      key = keyIndent(line)
  }
  return found.filter(({ lines }) => lines.length > 0)
}

/** Where the key of a line begins: in "- motd: |" behind the dash. */
function keyIndent(line: string): number {
  const [before = ''] = /^[ \t]*(?:- +(?=[^|>\s]))*/u.exec(line) ?? []
  return before.length
}
