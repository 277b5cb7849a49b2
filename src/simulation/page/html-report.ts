import { createHash } from 'node:crypto'
import { demand } from '../../kernel/demand.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { isTrace, mermaidOf } from '../drawing.ts'
import { escapeHtml } from '../escape-html.ts'
import type { Exploration } from '../explore.ts'
import { seenOf } from '../reduction.ts'
import type { SimulationResult } from '../result.ts'
import type { Shrunk } from '../shrink.ts'
import { timeOf } from '../story.ts'
import { momentsOf } from './moments.ts'
import { PLAYER } from './player.ts'
import { EDITOR_LINK } from './source-links.ts'
import { STYLE } from './style.ts'

/** What a report shows: a run, an exploration, or a run that an exploration has found. */
export interface Reported {
  readonly title: string
  readonly result?: SimulationResult | Shrunk
  readonly found?: Exploration
}

/** How a report shows it. */
export interface ReportOptions {
  /**
   * Where a line of your code opens: an address with `{file}`, or `{path}` from the working folder, `{line}` and `{column}`.
   * Default: VS Code.
   */
  readonly links?: string
}

/**
 * A self-contained page that works from a disk: verdict, story, each moment of the run with the states of its actors, counts, token.
 * Of several runs it has a list.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for what is no result, and for links that lead nowhere.
 */
export function htmlReport(reported: Reported | readonly Reported[], options: ReportOptions = {}): string {
  onlyOptions(options, 'htmlReport', ['links'])
  const { links = EDITOR_LINK } = options
  demand(links, 'links', 'an address with {file} or {path}, and {line}', isLink)
  demand(reported, 'htmlReport', 'a title and the result of a run', (given) =>
    Array.isArray(given) ? given.length > 0 && given.every(isReported) : isReported(given as Reported),
  )
  const all = Array.isArray(reported) ? (reported as readonly Reported[]) : [reported as Reported]
  const failed = all.filter((one) => messageOf(one) !== undefined).length
  const title = all.length === 1 ? (all[0]?.title ?? '') : `${all.length} simulations, ${failed} failed`
  const policy = `default-src 'none'; script-src ${hashOf(PLAYER)}; style-src ${hashOf(STYLE)}; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>
<header><h1>${escapeHtml(title)}</h1></header>
${all.length === 1 ? '' : listOf(all)}<main>
${all.map((one, at) => articleOf(one, `run-${at + 1}`, all.length > 1, links)).join('\n')}
</main><script>${PLAYER}</script></body></html>
`
}

function isReported({ title, result, found }: Reported): boolean {
  return (
    typeof title === 'string' &&
    (result !== undefined || found !== undefined) &&
    (result === undefined ||
      (typeof result.token === 'string' && isTrace(result.trace) && Array.isArray(result.states))) &&
    (found === undefined || typeof found.runs === 'number')
  )
}

function isLink(given: string): boolean {
  const leads = given.includes('{line}') && /\{(?:file|path)\}/.test(given)
  return leads && /^[a-z][a-z0-9+.-]*:/i.test(given) && !/^\s*(?:javascript|data):/i.test(given)
}

/** The page's own script and style run, and no other. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function messageOf({ result, found }: Reported): string | undefined {
  return (result ?? found)?.failure?.message
}

function listOf(all: readonly Reported[]): string {
  const entries = all.map((one, at) => {
    const message = messageOf(one)
    const verdict =
      message === undefined
        ? '<span class="good">✓</span>'
        : `<span class="bad">✗</span> <span class="bad">${escapeHtml(message)}</span> ·`
    return `<li><a href="#run-${at + 1}">${verdict} ${escapeHtml(one.title)}</a></li>`
  })
  return `<nav aria-label="Simulations"><ol>${entries.join('')}</ol></nav>\n`
}

function articleOf(one: Reported, id: string, isTitled: boolean, links: string): string {
  const { title, result, found } = one
  const message = messageOf(one)
  return `<article id="${id}" data-failed="${message === undefined ? 'no' : 'yes'}">
${isTitled ? `<h2>${escapeHtml(title)}</h2>` : ''}<p class="verdict ${message === undefined ? 'good' : 'bad'}">${escapeHtml(message ?? 'Everything held.')}</p>
${result === undefined ? '' : runOf(result, links)}
${found === undefined ? '' : foundOf(found)}
${replayOf(result?.token ?? found?.failure?.token)}
${result === undefined ? '' : `<details><summary>As Mermaid</summary><pre>${escapeHtml(mermaidOf(result.trace))}</pre></details>`}
</article>`
}

/** Without scripts there is the story, which is open until the player takes its place. */
function runOf(result: SimulationResult | Shrunk, links: string): string {
  const { story, seed, steps, messages, virtualMs, hash, faults, sometimes } = result
  return `<div class="player" hidden></div>
<script type="application/json">${dataOf(momentsOf(result, links))}</script>
<details class="story" open><summary>The story as text</summary><pre>${escapeHtml(story)}</pre></details>
<section class="counts"><div><h3>The run</h3>${table([
    ['seed', seed],
    ['steps', steps],
    ['messages', messages],
    ['virtual time', timeOf(virtualMs)],
    ['hash', hash],
  ])}</div>
${'before' in result ? shrunkOf(result) : ''}
<div><h3>Faults</h3>${table(Object.entries(faults)) || 'none'}</div>
${Object.keys(sometimes).length === 0 ? '' : `<div><h3>Sometimes</h3>${table(Object.entries(sometimes))}</div>`}
</section>
${unseen(result.vacuous)}`
}

function shrunkOf({ before, after }: Shrunk): string {
  const rows = (['faults', 'messages', 'reorderings', 'delays', 'steps'] as const).map(
    (what) => `<tr><th>${what}</th><td>${before[what]}</td><td>${after[what]}</td></tr>`,
  )
  return `<div><h3>Shrunk</h3><table><tr><th></th><th>found</th><th>shrunk</th></tr>${rows.join('')}</table></div>`
}

/** What all runs of an exploration have shown. */
function foundOf(found: Exploration): string {
  const { runs, schedules, complete, reduction, messages, faults, sometimes, vacuous } = found
  return `<section class="counts found"><div><h3>All runs</h3>${table([
    ['runs', runs],
    ['different ones', schedules],
    ...(complete || reduction !== undefined ? [['seen', seenOf(found)] as const] : []),
    ['messages', messages],
  ])}</div><div><h3>Faults in all runs</h3>${table(Object.entries(faults)) || 'none'}</div>
${Object.keys(sometimes).length === 0 ? '' : `<div><h3>Sometimes, in all runs</h3>${table(Object.entries(sometimes))}</div>`}</section>
${unseen(vacuous)}`
}

function unseen(vacuous: readonly string[]): string {
  if (vacuous.length === 0) return ''
  return `<section><h3>Not seen</h3><ul>${vacuous.map((one) => `<li>${escapeHtml(one)}</li>`).join('')}</ul></section>`
}

function replayOf(token: string | undefined): string {
  if (token === undefined) return ''
  return `<section><h3>Replay</h3><p>This token makes the run happen again, on any machine with the same code:</p><pre class="token">${escapeHtml(token)}</pre></section>`
}

function table(entries: readonly (readonly [string, unknown])[]): string {
  if (entries.length === 0) return ''
  const rows = entries.map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(String(value))}</td></tr>`,
  )
  return `<table>${rows.join('')}</table>`
}

/** JSON that no text can end: an element's text has no `<`. */
function dataOf(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
