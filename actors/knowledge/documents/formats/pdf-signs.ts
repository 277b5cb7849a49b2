/** What the font of signs that every reader of PDF has shows for these letters. */
const SIGNS: Readonly<Record<string, string>> = {
  '3': '✓',
  '4': '✔',
  '5': '✕',
  '6': '✖',
  '7': '✗',
  '8': '✘',
  n: '■',
  o: '☐',
  l: '●',
}

interface Item {
  readonly str: string
  readonly fontName: string
}

/**
 * The texts of a page, with the signs of ZapfDingbats for its letters. The parser does not tell the name of a font: this one has no height of
 * its own, and says nothing but single signs.
 */
export function withSigns<I extends Item>(
  items: readonly I[],
  styles: Readonly<Record<string, { readonly ascent?: number | null }>>,
): I[] {
  const others = new Set<string>()
  for (const { str, fontName } of items)
    if (str.trim() !== '' && SIGNS[str.trim()] === undefined) others.add(fontName)
  return items.map((item) => {
    const sign = SIGNS[item.str.trim()]
    const shows =
      sign !== undefined && !Number.isFinite(styles[item.fontName]?.ascent) && !others.has(item.fontName)
    return shows ? { ...item, str: sign } : item
  })
}
