/** A line of a comment without its mark. */
export interface CommentLine {
  readonly text: string
  readonly line: number
  /** Characters before its first word. */
  readonly indent: number
}

/** A setting in a block that is commented out, with the keys that lead to it: "resources · limits · cpu". */
export interface Inner {
  readonly path: readonly string[]
  text: string
  readonly line: number
}

const OPENS = /^(["']?)([\p{L}_][\p{L}\p{N}_.$/-]*)\1:$/u
const ITEM = /^-\s+("[^"]*"|'[^']*'|[^\s"'{[&*]\S*)$/u
/** "values:" tells something about a setting. */
const ABOUT =
  /^(?:note|notes|options?|values?|allowed|examples?|e\.g|see|usage|defaults?|supported|possible|available)$/iu

/**
 * The settings of a block of several lines that is commented out ("resources:", below it "limits:", below it "cpu: 100m"), and
 * where in the lines it begins. Undefined without one that goes on to the end, or with lines of another form.
 * @param setting the key and value of a line that holds both
 */
export function blockIn(
  lines: readonly CommentLine[],
  setting: (text: string) => { readonly key: string; readonly text: string } | undefined,
): { readonly from: number; readonly inner: readonly Inner[] } | undefined {
  const from = lines.findIndex(
    ({ text, indent }, i) => OPENS.test(text) && (lines[i + 1]?.indent ?? 0) > indent,
  )
  const first = lines[from]
  if (first === undefined) return undefined
  const inner: Inner[] = []
  const open: { readonly key: string; readonly indent: number }[] = []
  let list: Inner | undefined
  for (const { text, indent, line } of lines.slice(from)) {
    if (indent < first.indent) return undefined
    const item = ITEM.exec(text)?.[1]?.replace(/^["']|["']$/gu, '')
    // An item may be no further in than its key.
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= (item === undefined ? indent : indent + 1))
      open.pop()
    const path = open.map(({ key }) => key)
    const key = OPENS.exec(text)?.[2]
    const own = setting(text)
    if (item !== undefined) {
      if (path.length === 0) return undefined
      if (list === undefined || list.path.join() !== path.join()) {
        list = { path, text: item, line }
        inner.push(list)
      } else list.text += `, ${item}`
    } else if (key !== undefined) {
      if (ABOUT.test(key) || open.length > DEPTH_MAX) return undefined
      open.push({ key, indent })
    } else if (own !== undefined) inner.push({ path: [...path, own.key], text: own.text, line })
    else return undefined
  }
  return inner.length === 0 ? undefined : { from, inner }
}

const DEPTH_MAX = 20
