import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { linesOf } from './statements-of.ts'

/** The statements without those that hold several others. */
async function parts(text: string): Promise<string[]> {
  return linesOf('a.xml', text)
}

describe('attributes and comments of XML are told [G276]', () => {
  test('text among several attributes is what they are about', async () => {
    const bids =
      '<bids><bid lot="7" to="Orla Reed" sum="410">Repair of the slipway</bid><bid lot="8" to="Moss and Daughter" sum="95">Paint, 30 l</bid></bids>'
    expect(await parts(bids)).toEqual([
      'bid · Repair of the slipway · lot: 7',
      'bid · Repair of the slipway · to: Orla Reed',
      'bid · Repair of the slipway · sum: 410',
      'bid · Paint, 30 l · lot: 8',
      'bid · Paint, 30 l · to: Moss and Daughter',
      'bid · Paint, 30 l · sum: 95',
    ])
    expect(await parts('<a><p class="x" style="y" id="note">The gate is shut.</p></a>')).toEqual([
      'a · p: The gate is shut.',
    ])
  })

  test('a comment is about the element beside or below it, and else about the one around it', async () => {
    const xml = `<?xml version="1.0"?>
<!-- Kept by Mo. -->
<pier>
  <!-- The crane is out of order since May. -->

  <!-- at low tide -->
  <depth>3</depth>
  <length>40</length> <!-- with the jetty -->
  <!-- <light>green</light> -->
  <!-- lent to the sailing club -->
  <berth id="M5"><size>7</size></berth>
  <!-- Boats over nine metres moor outside. -->
</pier>
`
    expect(await parts(xml)).toEqual([
      'pier › Kept by Mo.',
      'pier › The crane is out of order since May.',
      'pier · depth: 3 (at low tide)',
      'pier · length: 40 (with the jetty)',
      'pier · light: green (commented out)',
      'pier › Boats over nine metres moor outside.',
      'pier – berth – M5 › lent to the sailing club',
      'berth · M5 · size: 7',
    ])
  })

  test('elements that are commented out and the text of licenses are not', async () => {
    const xml =
      '<!-- Licensed under the X License; you may not use this file except in compliance with it. -->\n<a>\n<!--\n<b>\n  <c>1</c>\n</b>\n-->\n<d>2</d>\n</a>'
    expect(await parts(xml)).toEqual(['a · d: 2'])
  })
})

test('a text with a key of its own is a field of that name, one each [G339]', async () => {
  const strings =
    '<resources><string name="cart_empty">Your cart is empty. Don\\\'t miss it!</string><string name="pay" translatable="false">Pay now</string></resources>'
  expect(await parts(strings)).toEqual([
    "resources · string · cart_empty: Your cart is empty. Don't miss it!",
    'resources · string · pay: Pay now',
  ])
  expect(await parts('<app><limits><setting name="UploadLimit">25</setting></limits></app>')).toEqual([
    'upload limit › limits · setting · UploadLimit: 25',
  ])
  // A link in running text, and one of several attributes with words, are none.
  expect(await parts('<a><p>See <a name="top">the top</a> of it.</p></a>')).toEqual([
    'a · p: See the top of it.',
  ])
  expect(await parts('<a><person name="Ana" job="cook">Lives on the pier</person></a>')).toEqual([
    'a · person: Lives on the pier (name: Ana, job: cook)',
  ])
})

test('what the other attributes of a text with a key say stands beside it [G339]', async () => {
  const products =
    '<catalog><product name="Kettle" stock="30">Boils a litre of water.</product><product name="Toaster" stock="7" price="€24.50" id="T-1">Toasts two slices.</product></catalog>'
  expect(await parts(products)).toEqual([
    'catalog · product · Kettle: Boils a litre of water. (stock: 30)',
    'catalog · product · Toaster: Toasts two slices. (stock: 7, price: €24.50, id: T-1)',
  ])
  const switches =
    '<form><label name="Age" required="yes">Years</label><label key="b" name="Size" class="big" lang="en">cm</label></form>'
  expect(await parts(switches)).toEqual([
    'form · label · Age: Years (required: yes)',
    'form · label · b: cm (name: Size, lang: en)',
  ])
})

describe('an XML file that is a document is read as its paragraphs [G468]', () => {
  test('of DocBook, with its sections, lists, tables and code', async () => {
    const article = `<?xml version="1.0"?>
<article xmlns="http://docbook.org/ns/docbook">
  <title>Pump manual</title>
  <section><title>Cleaning</title>
    <para>Rinse the <emphasis>filter</emphasis> every two weeks.</para>
    <itemizedlist><listitem><para>Use cold water.</para></listitem></itemizedlist>
    <variablelist><varlistentry><term>Scale</term><listitem><para>Needs vinegar.</para></listitem></varlistentry></variablelist>
  </section>
  <section><title>Parts</title>
    <informaltable><tgroup cols="2"><thead><row><entry>Part</entry><entry>Price</entry></row></thead>
      <tbody><row><entry>Seal</entry><entry>4.20</entry></row></tbody></tgroup></informaltable>
    <programlisting>pumpctl reset --all</programlisting>
  </section>
</article>`
    expect(await parts(article)).toEqual([
      'Rinse the filter every two weeks.',
      'Cleaning › Use cold water.',
      'Cleaning › Scale: Needs vinegar.',
      'Part: Seal · Price: 4.20',
      'Parts › pumpctl reset --all',
    ])
    const parsed = await parse({ file: 'a.xml', bytes: new TextEncoder().encode(article) })
    if ('reason' in parsed) throw new Error(parsed.reason)
    const all = parsed.passages.flatMap(({ statements }) => statements)
    expect(all.find(({ kind }) => kind === 'code')?.line).toBe(12)
  })

  test('of a page of a wiki, with its code', async () => {
    const page = `<page title="Gateway" xmlns:ac="http://example.org/ac/">
<h1>Gateway</h1><h2>Clearing the cache</h2><p>Do this after a move.</p>
<ac:macro ac:name="code"><ac:parameter ac:name="language">bash</ac:parameter><ac:plain-text-body><![CDATA[curl -X DELETE http://gw/cache]]></ac:plain-text-body></ac:macro>
<h2>Draining</h2><p>Do this before an update.</p></page>`
    expect(await parts(page)).toEqual([
      'Do this after a move.',
      'Clearing the cache › curl -X DELETE http://gw/cache',
      'Do this before an update.',
    ])
  })

  test('but parts with fields as attributes stay records', async () => {
    const article = (author: string) =>
      `<article date="2025-06-01" author="${author}"><title>Cranes</title><p>It lifts forty tons.</p><p>It is new.</p></article>`
    const said = (await parts(`<newsletter>${article('Ann Lee')}${article('Bob Ray')}</newsletter>`)).join(
      '\n',
    )
    expect(said).toContain('author: Bob Ray')
  })

  test('but records with paragraphs in some fields stay records', async () => {
    const menu =
      '<menu><dish><title>Soup</title><price>4</price><kitchen>North wing, second floor, by the lift</kitchen><text><p>Hot.</p></text></dish><dish><title>Pie</title><price>6</price><kitchen>South wing, first floor, by the stairs</kitchen><text><p>Cold.</p></text></dish></menu>'
    expect((await parts(menu)).join('\n')).toContain('price: 4')
  })
  const LONG = 'The wind goes over the hills and nobody hears it but the man who keeps the gate. '.repeat(12)
  const told = `<para>${LONG}</para><para>${LONG}</para>`

  test.each([
    [
      'books of a catalog',
      ['4', '5']
        .map(
          (n) =>
            `<book><author>Ralls, Kim</author><title>Hills</title><price>${n}4.95</price><stock>1${n}</stock><description>${told}</description></book>`,
        )
        .join(''),
      ['price: 44.95', 'stock: 15', 'author: Ralls, Kim'],
    ],
    [
      'posts',
      ['Bob', 'Ann']
        .map(
          (n) =>
            `<post><author>${n}</author><date>2024-01-02</date><body><h2>Hills</h2>${told.replaceAll('para>', 'p>')}</body></post>`,
        )
        .join(''),
      ['post · Bob · date: 2024-01-02', 'post · Ann · date: 2024-01-02'],
    ],
    [
      'entries of a feed',
      ['a1', 'b2']
        .map(
          (n) =>
            `<entry><id>${n}</id><updated>2024</updated><content><h2>Hills</h2>${told.replaceAll('para>', 'p>')}</content></entry>`,
        )
        .join(''),
      ['entry · a1 · updated: 2024', 'entry · b2 · updated: 2024'],
    ],
  ])('and %s with long texts keep their keys', async (_, inner, expected) => {
    const all = (await parts(`<all>${inner}</all>`)).join('\n')
    for (const one of expected) expect(all).toContain(one)
  })

  test('and a document with words beside its paragraphs stays one', async () => {
    const article = `<article><info><author><personname>Jo Lee</personname></author><pubdate>2024</pubdate></info>
<section><title>One</title><remark>draft</remark>${told}<figure><label>Figure 1</label></figure><figure><label>Figure 2</label></figure></section>
<section><title>Two</title><remark>draft</remark>${told}<para>H<sub>2</sub><emphasis>O</emphasis>.</para></section></article>`
    const all = (await parts(article)).join('\n')
    expect(all).toContain('Jo Lee 2024')
    expect(all).toContain('H2O.')
    expect(all).not.toContain('author')
  })
})
