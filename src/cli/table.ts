/** Columns of equal width; numbers are right-aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, i) =>
    rows.reduce((most, row) => Math.max(most, (row[i] ?? '').length), name.length),
  )
  const right = head.map(
    (_, i) => rows.length > 0 && rows.every((row) => /^-?[\d.]+(?: ?ms| %)?$/u.test(row[i] ?? '')),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (right[i] ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)))
      .join('  ')
      .trimEnd()
  return [line(head), ...rows.map(line)]
}
