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
const INNER = /\{%(?:[^\n{]|\{(?!%))*?%\}/gu
/** Letters of nobody's language stand around the number of an expression. */
const [OPEN, CLOSE] = ['\uE000', '\uE001']
const FILLED = /\uE000(\d+)\uE001/gu

/** Whether an expression or an instruction stands where YAML has no quotes: "replicas: {{ .Values.replicas }}". */
export function isTemplate(text: string): boolean {
  return /^[ \t]*(?:\{\{-?|\{%-?)\s*[\w/.$]|^[ \t]*(?:- +)?[\w.-]{1,80}:[ \t]+\{\{/mu.test(text)
}

/** A template without its instructions. No line moves. */
export function templateOf(text: string): Template {
  const expressions: string[] = []
  const blank = (part: string) => part.replace(/[^\n]/gu, '')
  const plain = text
    .replace(COMMENT, blank)
    .replace(INSTRUCTION, '')
    .replace(EXPRESSION, (expression: string) => `${OPEN}${expressions.push(expression) - 1}${CLOSE}`)
    .replace(INNER, '')
  const filled = (own: string) =>
    own.includes(OPEN) ? own.replace(FILLED, (_, at: string) => expressions[Number(at)] ?? '') : own
  return { text: plain, filled }
}
