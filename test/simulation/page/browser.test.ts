import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineActor } from '../../../src/index.ts'
import { htmlReport, type Reported, type Simulation, simulate } from '../../../src/simulation/index.ts'
import { HOSTILE, hostileRun } from './hostile-run.ts'

/** A Chromium of this machine: `GANGLION_CHROMIUM`, or where Linux and macOS have it. */
const CHROMIUM = [
  process.env.GANGLION_CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => existsSync(path))

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

describe.skipIf(CHROMIUM === undefined)('in a browser, the page of a failing run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ganglion-page-'))
  let browser: Browser
  let count = 0
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM as string, args: FLAGS })
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  /** The page from a disk; what its console says and what it asks the network for are failures. */
  async function opened(reported: Reported | readonly Reported[], width = 1200) {
    const file = join(folder, `${++count}.html`)
    writeFileSync(file, htmlReport(reported))
    const page = await browser.newPage({ viewport: { width, height: 800 } })
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
    page.on('dialog', (dialog) => void said.push(dialog.message()))
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) said.push(request.url())
    })
    await page.goto(pathToFileURL(file).href)
    return { page, said }
  }
  const position = (page: Page) => page.locator('.position').textContent()
  const now = (page: Page) => page.locator('p.now').textContent()
  const rows = (page: Page) => page.locator('.row:visible').allInnerTexts()
  const counter = async () =>
    simulate(async (sim: Simulation) => {
      const Counter = defineActor({
        name: 'counter',
        state: () => ({ n: 0 }),
        on: {
          add: (ctx, by: number) => {
            ctx.state.n += by
          },
        },
      })
      const counter = sim.system().spawn(Counter, { name: 'counter' })
      const other = sim.system().spawn(Counter, { name: 'other' })
      counter.tell('add', 1)
      await sim.sleep('1s')
      sim.on('counter').duplicate()
      counter.tell('add', 2)
      other.tell('add', 7)
      await sim.settle()
      sim.unreachable('the end')
    })

  test('runs nothing of what bodies, names and errors hold, and shows them as they are [G139]', async () => {
    const { page, said } = await opened({ title: HOSTILE[0], result: await hostileRun() })
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft')
    expect(await page.evaluate('globalThis.struck')).toBeUndefined()
    expect(said).toEqual([])
    const text = (await rows(page)).join('\n')
    expect(text).toContain('</script><script>globalThis.struck = 1</script>')
    expect(text).toContain('<!--<script>')
    await page.close()
  })

  test('steps back and forth, with the states of every actor and the faults at each moment', async () => {
    const { page, said } = await opened({ title: 'counting', result: await counter() })
    const state = (actor: string) =>
      page
        .locator('.moment tr', { has: page.getByRole('rowheader', { name: actor }) })
        .locator('.state')
        .textContent()
    // It begins at the failure.
    expect(await now(page)).toContain('✗ the end')
    expect(await state('counter')).toBe('{n: 5}')
    expect(await state('other')).toBe('{n: 7}')
    await page.getByRole('button', { name: 'First event' }).click()
    expect(await position(page)).toMatch(/^1 of \d+ · 0 ms/)
    expect(await state('counter')).toBe('{n: 0}')
    expect(await page.locator('.struck').count()).toBe(0)
    // To the fault, and from there by keys.
    await page.keyboard.press('f')
    expect(await now(page)).toContain('⚡ duplicate')
    expect(await now(page)).toContain('it arrives twice')
    expect(await page.locator('.struck.now').textContent()).toContain('⚡ duplicate')
    expect(await state('counter')).toBe('{n: 1}')
    const there = await position(page)
    await page.keyboard.press('ArrowRight')
    expect(await position(page)).not.toBe(there)
    await page.keyboard.press('ArrowLeft')
    expect(await position(page)).toBe(there)
    // The slider, and a click on an event.
    await page.getByRole('slider').fill('0')
    expect(await position(page)).toMatch(/^1 of/)
    await page.locator('.row.state').last().click()
    expect(await now(page)).toContain(' is now ')
    expect(await page.locator('.moment del').count()).toBe(1)
    // Its address leads here again.
    const [here, url] = [await position(page), page.url()]
    await page.goto('about:blank')
    await page.goto(url)
    expect(await position(page)).toBe(here)
    expect(said).toEqual([])
    await page.close()
  })

  test('filters by actor, kind and text, by keys alone, and steps among what is left', async () => {
    const { page } = await opened({ title: 'counting', result: await counter() })
    const all = (await rows(page)).length
    await page.getByLabel('Actor').selectOption('other')
    expect((await rows(page)).every((text) => text.includes('other'))).toBe(true)
    await page.getByRole('button', { name: 'show all' }).click()
    expect((await rows(page)).length).toBe(all)
    await page.getByRole('checkbox', { name: /^send/ }).focus()
    await page.keyboard.press('Space')
    expect(await page.locator('.row.send:visible').count()).toBe(0)
    await page.keyboard.press('/')
    await page.keyboard.type('COUNTER is now')
    const left = await rows(page)
    expect(left.length).toBe(3)
    expect(left.every((text) => text.includes('counter is now'))).toBe(true)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Home')
    expect(await position(page)).toMatch(/^1 of 3/)
    await page.keyboard.press('ArrowDown')
    expect(await now(page)).toBe('counter is now {n: 3}')
    await page.keyboard.press('/')
    await page.keyboard.type(' nothing like this')
    expect(await position(page)).toBe('no event')
    await page.close()
  })

  test.each([400, 800, 1200])(
    'keeps within its width of %i, with many lanes, long names and bodies',
    async (width) => {
      const Long = defineActor({ name: 'long', on: { take: (_ctx, _body: string) => {} } })
      const result = await simulate(async (sim: Simulation) => {
        for (let i = 0; i < 14; i++)
          sim
            .system()
            .spawn(Long, { name: `an-actor-with-a-rather-long-name-${i}` })
            .tell('take', 'a-body-without-a-space'.repeat(9))
        await sim.settle()
        sim.unreachable('x'.repeat(300))
      })
      const { page } = await opened(
        [
          { title: 'y'.repeat(300), result },
          { title: 'two', result },
        ],
        width,
      )
      const wide = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect(wide).toBe(0)
      // No text lies on the lanes: it begins where they end.
      const over = await page.evaluate(`[...document.querySelectorAll('.row')].filter((row) =>
        row.querySelector('.text').getBoundingClientRect().left < row.querySelector('svg').getBoundingClientRect().right - 1).length`)
      expect(over).toBe(0)
      await page.close()
    },
  )

  test('is dark where the reader’s system is, and shows one of several at a time', async () => {
    const result = await counter()
    const { page } = await opened([
      { title: 'one', result },
      { title: 'two', result },
    ])
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const light = await paper()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await paper()).not.toBe(light)
    expect(await page.locator('h2:visible').allInnerTexts()).toEqual(['one'])
    // The page hears of it in a turn of its own, after the heading has changed.
    const moved = page.evaluate(
      'new Promise((heard) => addEventListener("hashchange", () => heard(), { once: true }))',
    )
    await page.getByRole('link', { name: /two/ }).click()
    await moved
    expect(await page.locator('h2:visible').allInnerTexts()).toEqual(['two'])
    await page.keyboard.press('ArrowLeft')
    expect(page.url()).toMatch(/#run-2-\d+$/)
    await page.close()
  })
})
