import { escaped } from '../../../src/pipeline/pictures/svg-text.ts'

const CSS = `
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #68707c; --line: #d9dee5; --paper: #fff; --card: #f6f8fa }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --dim: #9aa4b1; --line: #343c47; --paper: #14181d; --card: #1b2128 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1080px; padding: 32px 20px 64px; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
h1 { font-size: 26px; margin: 0 } h2 { font-size: 18px; margin: 36px 0 12px } h3 { font-size: 15px; margin: 0 }
p, ul { margin: 6px 0 } .dim { color: var(--dim) }
.figures { display: flex; flex-wrap: wrap; gap: 24px; margin-top: 16px } .figures b { display: block; font-size: 22px }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 14px }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px }
.alert { border-left: 4px solid; margin-bottom: 10px } .alert ul { padding: 0; list-style: none }
svg { width: 100%; height: auto; display: block } svg text { fill: var(--dim); font-size: 10px }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line) }
td.n, th.n { text-align: right } .bar { height: 8px; background: #5b8def; border-radius: 4px }
`

/** A report as one HTML document: no script, no font, nothing from elsewhere. `body` is HTML; the title is text. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${CSS}</style></head><body>
<h1>${escaped(title)}</h1>
${body}
</body></html>
`
}

/** Counts in a row, each above its name. */
export function figureRow(figures: readonly (readonly [name: string, figure: number | string])[]): string {
  const cells = figures.map(([name, figure]) => {
    const text = typeof figure === 'number' ? figure.toLocaleString('en-US') : escaped(figure)
    return `<div><b>${text}</b>${escaped(name)}</div>`
  })
  return `<div class="figures">${cells.join('')}</div>`
}

/** Names with shares from 0 to 1, each beside its bar. */
export function shareTable(rows: readonly (readonly [name: string, share: number, text?: string])[]): string {
  const lines = rows.map(
    ([name, share, text = share.toFixed(2)]) =>
      `<tr><td>${escaped(name)}</td><td class="n">${escaped(text)}</td><td style="width:60%"><div class="bar" style="width:${(Math.min(1, Math.max(0, share)) * 100).toFixed(1)}%"></div></td></tr>`,
  )
  return `<table>${lines.join('')}</table>`
}
