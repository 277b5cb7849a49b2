/**
 * Terminal colours: none when output goes to a file or another program, or NO_COLOR is set. FORCE_COLOR decides before both.
 *
 * Source: no-color.org, force-color.org.
 */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  accent(text: string): string
  good(text: string): string
  warn(text: string): string
}

const plain: Style = {
  bold: (text) => text,
  dim: (text) => text,
  accent: (text) => text,
  good: (text) => text,
  warn: (text) => text,
}

export function styleFor(terminal: boolean, env: NodeJS.ProcessEnv): Style {
  if (!isColoured(terminal, env)) return plain
  const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`
  return { bold: sgr(1, 22), dim: sgr(2, 22), accent: sgr(36, 39), good: sgr(32, 39), warn: sgr(33, 39) }
}

function isColoured(terminal: boolean, { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  // As Node itself reads it: 0 and false say no.
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return terminal && (NO_COLOR ?? '') === '' && TERM !== 'dumb'
}
