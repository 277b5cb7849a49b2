/** A longer name or parent says more than what is below it. */
const NAME_CHARS_MAX = 160

/** What stands above many texts is repeated with each of them, so it is cut: a name may have a megabyte. */
export function clip(text: string): string {
  return text.length <= NAME_CHARS_MAX ? text : `${text.slice(0, NAME_CHARS_MAX - 1).trimEnd()}…`
}
