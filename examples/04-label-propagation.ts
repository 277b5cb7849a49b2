// npx tsx examples/04-label-propagation.ts
import { readdirSync, readFileSync } from 'node:fs'
import { type Edge, propagateLabels, RoutingMatrix } from 'ganglion/routing'

/** Countries of the bundled factbook, their land borders in km, and the part of the world of each. */
const folder = new URL('data/factbook/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.md'))
const texts = files.map((file) => readFileSync(new URL(file, folder), 'utf8'))
const titleOf = (text: string) => text.slice(2, text.indexOf('\n'))
const SHORT: Readonly<Record<string, string>> = {
  US: 'United States',
  UK: 'United Kingdom',
  UAE: 'United Arab Emirates',
}
const titles = new Set(texts.map(titleOf).filter((title) => title !== 'European Union'))
const borders = new Map<string, Edge>()
const parts = new Map<string, string>()
for (const text of texts) {
  const name = titleOf(text)
  if (!titles.has(name)) continue
  const part = /is located in [^;.]*?\b(Europe|Africa|Asia|America|Middle East)\b/u.exec(text)?.[1]
  if (part !== undefined) parts.set(name, part)
  const list = /km of land borders with (.*)\n/u.exec(text)?.[1] ?? ''
  for (const [, , said = '', km = ''] of list.matchAll(/(^|, | and )([A-Z][^(),\d]*?) \(?([\d,]+) km/gu)) {
    const other = SHORT[said] ?? said.replace(/^The /u, '')
    if (!titles.has(other)) continue
    // Each country reports its own length of a border, so there is an arrow each way, with the recipient's length.
    borders.set(`${other}→${name}`, { from: other, to: name, weight: Number(km.replaceAll(',', '')) })
    const back = `${name}→${other}`
    if (!borders.has(back))
      borders.set(back, { from: name, to: other, weight: Number(km.replaceAll(',', '')) })
  }
}
const names = [...titles].filter((name) => [...borders.values()].some(({ to }) => to === name))
const A = RoutingMatrix.from({
  names,
  edges: [...borders.values()].filter((edge) => names.includes(edge.from)),
})
console.log(`${A.size} countries, ${A.edges().length} arrows`)

// Every eighth country has a known part of the world; the others take it from their neighbours, weighted by border length.
const told = names.filter((name, at) => at % 8 === 0 && parts.has(name))
const seeds = Object.fromEntries(told.map((name) => [name, parts.get(name) as string]))
const { labels, rounds, converged } = propagateLabels(A, { seeds })
const asked = names.filter(
  (name) => !told.includes(name) && parts.has(name) && labels.get(name)?.label !== undefined,
)
const right = asked.filter((name) => labels.get(name)?.label === parts.get(name))
console.log(
  `${told.length} told, ${asked.length} asked, ${right.length} right (${Math.round((100 * right.length) / asked.length)} %), converged: ${converged}, ${rounds} rounds`,
)

// Where to find a traveller from Austria who crosses borders by their length and starts again every seventh time.
const found = [...A.steadyState({ seeds: { Austria: 1 } })].sort((a, b) => b[1] - a[1]).slice(0, 5)
console.log(found.map(([name, share]) => `${name} ${share.toFixed(3)}`).join(', '))
