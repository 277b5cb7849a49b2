import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pollFeeds } from '../../../actors/opinion-monitor/feeds/poll-feeds.ts'
import { platformKernel } from '../../../src/index.ts'

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))

const RSS = (items: readonly string[]) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>${items.join('')}</channel></rss>`
const item = (title: string, id: string, date: string) =>
  `<item><title>${title}</title><guid>${id}</guid><pubDate>${date}</pubDate></item>`
const ATOM = `<feed xmlns="http://www.w3.org/2005/Atom"><title>More</title><id>more</id><updated>2026-03-02T10:30:00Z</updated>
<entry><title type="html">Boral Steel &lt;b&gt;soars&lt;/b&gt;</title><id>e1</id><updated>2026-03-02T10:30:00Z</updated></entry></feed>`

const state = { polls: 0, unchanged: 0, atom: 0 }
let server: Server
let base: string

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/rss') {
      state.polls += 1
      const etag = `"${Math.min(state.polls, 2)}"`
      if (request.headers['if-none-match'] === etag) {
        state.unchanged += 1
        response.writeHead(304).end()
        return
      }
      const first = item('Aster Air cancels flights &amp; trains', 'a', 'Mon, 02 Mar 2026 11:00:00 GMT')
      const second = item('Aster Air apologises', 'b', 'Mon, 02 Mar 2026 12:00:00 GMT')
      response.writeHead(200, { etag, 'content-type': 'application/rss+xml' })
      response.end(RSS(state.polls === 1 ? [first] : [second, first]))
    } else if (request.url === '/atom') {
      state.atom += 1
      response.end(ATOM)
    } else if (request.url === '/page') response.end('<html><body>no feed</body></html>')
    else response.writeHead(500).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

test('[G155] items of feeds come once each, by time; a feed that is broken is named and does not stop the others', async () => {
  const stop = new AbortController()
  const notices: string[] = []
  const turns: number[] = []
  const got: { title: string; at: number | string }[] = []
  const urls = ['/rss', '/atom', '/page', '/broken'].map((path) => `${base}${path}`)
  for await (const { title, at } of pollFeeds(urls, {
    everyMs: 5,
    kernel: platformKernel(),
    signal: stop.signal,
    onNotice: (text) => notices.push(text),
    onTurn: (at) => {
      turns.push(at)
      // A turn after the one without news.
      if (state.unchanged > 0) stop.abort()
    },
  }))
    got.push({ title, at })
  expect(got).toEqual([
    { title: 'Boral Steel soars', at: Date.UTC(2026, 2, 2, 10, 30) },
    { title: 'Aster Air cancels flights & trains', at: Date.UTC(2026, 2, 2, 11) },
    { title: 'Aster Air apologises', at: Date.UTC(2026, 2, 2, 12) },
  ])
  expect(notices.some((text) => text.startsWith(`${base}/page: `))).toBe(true)
  expect(notices.some((text) => text.startsWith(`${base}/broken: the server answers 500`))).toBe(true)
  expect(turns.length).toBeGreaterThan(0)
})

test('[G155] the command polls feeds until it is stopped, then sums up', async () => {
  const before = state.atom
  const command = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      MAIN,
      'run',
      'opinion-monitor',
      '--no-encoder',
      '--live',
      '--feed',
      `${base}/atom`,
      '--every',
      '20ms',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const shown = text(command.stdout)
  await new Promise<void>((resolve) =>
    server.on('request', () => {
      if (state.atom >= before + 2) resolve()
    }),
  )
  command.kill('SIGINT')
  const [code] = await once(command, 'exit')
  expect(await shown).toMatch(/Boral Steel +1 /u)
  expect(code).toBe(0)
}, 90_000)
