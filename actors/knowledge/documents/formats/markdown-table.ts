/** A table as lines of Markdown; the first row is its head. */
export function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replace(/\|/gu, '\\|')).join(' | ')} |`
  const [head, ...body] = rows
  return head === undefined ? [] : [line(head), line(head.map(() => '---')), ...body.map(line)]
}
