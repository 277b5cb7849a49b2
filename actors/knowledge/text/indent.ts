/** How many blank characters a line begins with. */
export function indent(line: string): number {
  return line.length - line.trimStart().length
}
