/** Whether UTF-8 keeps a text: half a surrogate pair becomes another character there. Node 20 has it; the ES2023 types do not yet. */
export function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed()
}
