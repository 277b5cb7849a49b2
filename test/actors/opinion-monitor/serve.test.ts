import { expect, test } from 'vitest'
import {
  type OpinionMonitor,
  openOpinionMonitor,
} from '../../../actors/opinion-monitor/open-opinion-monitor.ts'
import { type ServedMonitor, serveMonitor } from '../../../actors/opinion-monitor/serving/serve-monitor.ts'

test('[G125] headlines come by POST, and each alert goes once to every listener, as a server-sent event with its key', async () => {
  let served: ServedMonitor | undefined
  await using monitor: OpinionMonitor = await openOpinionMonitor({
    encoder: false,
    onAlert: (alert) => served?.publish(alert),
  })
  served = await serveMonitor(() => monitor, { port: 0, host: '127.0.0.1', windowMs: 3_600_000 })
  const watching = (async () => {
    for await (const { error } of monitor.watch(served.headlines)) expect(error).toBeUndefined()
  })()
  const at = (hour: number, second: number) => Date.UTC(2026, 2, 2, hour, 0, second)
  const rows = Array.from({ length: 12 }, (_, hour) => ({
    title: 'Penrose Retail opens a shop',
    at: at(hour, 0),
    entities: ['Penrose Retail'],
  }))
  for (let i = 0; i < 8; i++)
    rows.push({ title: `Norvale Foods recalls soup ${i}`, at: at(12, i), entities: ['Norvale Foods'] })
  rows.push({ title: 'Penrose Retail opens a shop', at: at(14, 0), entities: ['Penrose Retail'] })
  const listening = await fetch(`${served.url}/alerts`)
  const body = `${rows.map((row) => JSON.stringify(row)).join('\n')}\nnot json\n`
  const posted = await fetch(`${served.url}/headlines`, { method: 'POST', body })
  expect([posted.status, await posted.json()]).toEqual([
    202,
    { accepted: 21, bad: [{ line: 22, reason: 'is not JSON' }], badRows: 1 },
  ])
  let text = ''
  for await (const chunk of listening.body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(chunk)
    if (text.includes('"kind":"surge"')) break
  }
  expect(text.match(/^event: alert$/gmu)).toHaveLength(1)
  expect(text).toContain(`id: ${encodeURIComponent(`surge:Norvale Foods:${at(12, 0)}`)}`)
  const again = await fetch(`${served.url}/alerts`, {
    headers: { 'last-event-id': `surge%3ANorvale%20Foods%3A${at(12, 0)}` },
  })
  const first = await (again.body as ReadableStream<Uint8Array>).getReader().read()
  expect(new TextDecoder().decode(first.value)).toBe(': alerts\n\n')
  expect(await (await fetch(served.url)).text()).toContain('Norvale Foods: 8 headlines')
  expect((await fetch(`${served.url}/nothing`)).status).toBe(404)
  await served.stop()
  await watching
})
