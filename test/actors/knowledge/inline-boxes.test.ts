import { expect, test } from 'vitest'
import { partsOf } from './statements-of.ts'

const said = (body: string) => partsOf('a.html', `<html><body>${body}</body></html>`)

test.each([
  [
    'a block',
    '<div>It costs $<div style="display:inline;"><span>5</span>.<span>22</span></div> a day.</div>',
  ],
  [
    'one in another',
    '<div>It costs $<div style="display:inline"><div style="display:inline">5.22</div></div> a day.</div>',
  ],
  [
    'two',
    '<div>It costs $<div style="color:red; DISPLAY: inline">5</div><p style="display:inline">.22</p> a day.</div>',
  ],
  ['a box', '<div>It costs <div style="display:inline-block">$5.22</div> a day.</div>'],
  [
    'boxes beside each other',
    '<div>It <div style="display:inline-flex">costs</div><div style="display:inline-flex">$5.22</div> a day.</div>',
  ],
  ['a block without a box', '<div>It costs <section style="display:contents">$5.22</section> a day.</div>'],
  ['beside a word in bold', '<div><b>It costs</b> <div style="display:inline">$5.22 a day.</div></div>'],
  ['a custom element', '<div>It costs $<my-price><b>5</b>.22</my-price> a day.</div>'],
  [
    'a value of a report',
    '<p>It costs $<ix:nonfraction name="a:Price" scale="0">5.22</ix:nonfraction> a day.</p>',
  ],
])('[G454] what a style sets within a sentence does not cut it: %s', async (_, body) => {
  expect(await said(body)).toEqual(['It costs $5.22 a day.'])
})

test.each([
  [
    'parts of a layout',
    '<div style="display:inline-block">Name</div><div style="display:inline-block">Ann</div>',
    ['Name', 'Ann'],
  ],
  [
    'paragraphs',
    '<p style="display:inline">One way</p> <p style="display:inline">Two ways</p>',
    ['One way', 'Two ways'],
  ],
  [
    'blocks that hold others',
    '<div>Rooms <div style="display:inline-block"><p>A1</p><p>B2</p></div></div>',
    ['Rooms', 'A1', 'B2'],
  ],
  ['blocks', '<div>Rooms <div style="display:block">A1</div> and more</div>', ['Rooms', 'A1', 'and more']],
  ['a flex box', '<div>Rooms <div style="display:flex">A1</div></div>', ['Rooms', 'A1']],
])('[G454] but %s stay apart', async (_, body, expected) => {
  expect((await said(body)).map((one) => one.replace(/^.* › /u, ''))).toEqual(expected)
})

test('[G454] a line that a style sets apart is one, a value is not', async () => {
  const own = (text: string) =>
    said(`<p>Open all week <span style="display:block">${text}</span> but for May</p>`)
  expect(await own('Closed on all holidays')).toEqual([
    'Open all week',
    'Closed on all holidays',
    'but for May',
  ])
  expect(await own('from 8')).toEqual(['Open all week from 8 but for May'])
})

test('[G454] boxes within boxes are read in time', async () => {
  await said(`${'<div style="display:inline">a'.repeat(900)}`)
  await said(
    `<p>a${'<span style="display:inline-block">b</span><div style="display:inline">c</div>'.repeat(20_000)}`,
  )
}, 120_000)
