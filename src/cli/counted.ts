/** "1 document", "4 documents". */
export function counted(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`
}
