/** Terminal colours: none when output goes to a file or another program, or NO_COLOR is set. */
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
  if (!terminal || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return plain
  const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`
  return { bold: sgr(1, 22), dim: sgr(2, 22), accent: sgr(36, 39), good: sgr(32, 39), warn: sgr(33, 39) }
}
