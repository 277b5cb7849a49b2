/** Parts the cells of a row, and the keys above a field. */
export const CELLS = ' · '

/** "Seats: 50": the head of a cell's column, empty where it has none, and the cell's value. */
export function cellOf(cell: string): { readonly head: string; readonly value: string } {
  const [whole = '', head = ''] = /^([^:：]{1,60})[:：]\s+/u.exec(cell) ?? []
  return { head, value: cell.slice(whole.length) }
}
