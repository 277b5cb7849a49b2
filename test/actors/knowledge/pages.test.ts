import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { statementsOf } from './statements-of.ts'

describe('runs of words that an editor has cut are one text [G327]', () => {
  test.each([
    // Google Docs
    [
      '<p class="c1"><span class="c2">Our fee is </span><span class="c3">50</span><span class="c2"> EUR.</span></p>',
      'Our fee is 50 EUR.',
    ],
    [
      '<p class="c1"><span class="c2">The office </span><span class="c3">closes at six.</span></p>',
      'The office closes at six.',
    ],
    ['<p><span>Our fee is 5</span><span>0 EUR.</span></p>', 'Our fee is 50 EUR.'],
    ['<p><span>Please</span><span>&nbsp;call us.</span></p>', 'Please\u00a0call us.'],
    ['<p><span>Our of</span><span>fice</span><span>Hours are long.</span></p>', 'Our officeHours are long.'],
    ['<div><span class="c1">Rooms</span><span class="c2">Hall is open.</span></div>', 'RoomsHall is open.'],
    ['<p><span>我们的</span><span>办公室</span></p>', '我们的办公室'],
    // Word
    [
      '<p class=MsoNormal><span lang=EN-US>Book </span><b><span lang=EN-US>21</span></b><span lang=EN-US> days ahead.</span></p>',
      'Book 21 days ahead.',
    ],
    [
      '<p><span style="font-weight:bold">Room</span><span style="color:red">Key is here.</span></p>',
      'RoomKey is here.',
    ],
    ['<p><b>Limit:</b><span>40 EUR</span></p>', 'Limit: 40 EUR'],
  ])('%s', async (html, text) => {
    expect(await statementsOf('a.html', html)).toEqual([text])
  })

  test.each([
    ['<div><span class="label">Weight</span><span class="value">3 kg</span></div>', 'Weight: 3 kg'],
    ['<p><span class="label">Price</span><span class="value">from 5 EUR</span></p>', 'Price: from 5 EUR'],
    ['<li><span>Range</span><span>450 km</span></li>', 'Range: 450 km'],
    ['<div><span>web</span><span>news</span><span>talk</span></div>', 'web · news · talk'],
    ['<p><span style="float:left">Total</span><span style="float:right">42 EUR</span></p>', 'Total: 42 EUR'],
    ['<div><span>Warranty:</span><span>2 years</span></div>', 'Warranty: 2 years'],
  ])('but not what a page puts apart: %s', async (html, text) => {
    expect(await statementsOf('a.html', html)).toEqual([text])
  })
})

describe('XHTML is read with elements that end where they begin [G329]', () => {
  const page = (head: string) =>
    `<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><head>${head}</head>\n<body><a id="p1"/><p>It opens at 3 bar.</p><div class="x"/><p>It shuts.<br/>Then it rests.</p></body></html>`

  test.each(['<title/>', '<title>Valves</title><script src="a.js"/>', '<style type="text/css" />'])(
    '%s',
    async (head) => {
      expect(await statementsOf('a.xhtml', page(head))).toEqual([
        'It opens at 3 bar.',
        'It shuts.',
        'Then it rests.',
      ])
    },
  )

  test('HTML is not: there <div/> begins an element', async () => {
    expect(await statementsOf('a.html', '<p>Write &lt;p/&gt; or <code>x</code>.<p>Next.')).toEqual([
      'Write <p/> or x.',
      'Next.',
    ])
  })
})

describe('the heading of a part that a page closes ends with the part [G328]', () => {
  const trails = async (file: string, text: string) => {
    const parsed = await parse({ file, bytes: new TextEncoder().encode(text) })
    if ('reason' in parsed) throw new Error(parsed.reason)
    return parsed.passages.flatMap(({ trail, text: all, statements }) =>
      statements.map(({ start, end }) => [...trail, all.slice(start, end)].join(' > ')),
    )
  }
  const about = '<h1>Phone</h1><h2>Battery</h2><p>It is large.</p>'
  const after = '<p>Charge it for 3 hours.</p><h2>Delivery</h2><p>Free above 50 EUR.</p>'

  test.each([
    ['details', '<details><summary>Specs</summary><p>It has 5000 mAh.</p></details>'],
    ['an aside', '<aside><h2>Specs</h2><p>It has 5000 mAh.</p></aside>'],
    ['an item', '<ul><li><h1>Specs</h1><p>It has 5000 mAh.</p></ul>'],
    ['a card', '<div class="card"><h2>Specs</h2><p>It has 5000 mAh.</p></div>'],
  ])('%s', async (_, part) => {
    expect(await trails('a.html', about + part + after)).toEqual([
      'Battery > It is large.',
      'Battery > Specs > It has 5000 mAh.',
      'Battery > Charge it for 3 hours.',
      'Delivery > Free above 50 EUR.',
    ])
  })

  test('in Markdown, and with headings in it', async () => {
    const text =
      '# Zed\n\n## Install\n\n<details><summary>Logs</summary>\n\n### Place\n\nThey are in /var.\n\n### Size\n\nThey are small.\n\n</details>\n\nRun it.\n'
    expect(await trails('zed.md', text)).toEqual([
      'Install > Logs > Place > They are in /var.',
      'Install > Logs > Size > They are small.',
      'Install > Run it.',
    ])
  })

  test('the heading of a section, or of a page in a card, is that of what follows', async () => {
    const page =
      '<div class="card"><h1>Phone</h1></div><section><h2>Battery</h2></section><p>It is large.</p>'
    expect(await trails('a.html', `<h1>Shop</h1>${page}`)).toEqual(['Phone > Battery > It is large.'])
  })
})

describe('what a page opens and closes stands under its button or tab [G330]', () => {
  const ANSWERS = ['Is there tea? › Yes, all day.', 'Is there rice? › No.']
  const answers = (one: (question: string, answer: string, i: number) => string) =>
    one('Is there tea?', 'Yes, all day.', 1) + one('Is there rice?', 'No.', 2)

  test.each([
    [
      'buttons',
      answers((q, a) => `<button class="accordion">${q}</button><div class="panel"><p>${a}</p></div>`),
    ],
    [
      'headings with buttons',
      answers(
        (q, a, i) =>
          `<div class="accordion-item"><h2><button aria-expanded="false" aria-controls="c${i}">${q}</button></h2><div id="c${i}" hidden>${a}</div></div>`,
      ),
    ],
    [
      'cards',
      answers(
        (q, a, i) =>
          `<div class="card"><div class="card-header"><a data-toggle="collapse" href="#c${i}">${q}</a></div><div id="c${i}" style="display:none"><p>${a}</p></div></div>`,
      ),
    ],
  ])('answers of %s', async (_, html) => {
    expect(await statementsOf('faq.html', `<h1>Canteen</h1>${html}`)).toEqual(ANSWERS)
  })

  test('but no other hidden parts', async () => {
    const html =
      '<p>Shops open at nine.</p><div class="a">Old.</div><div class="a" style="display:none">Hidden.</div><div class="b" style="display:none">No.</div><div class="c" style="display:none">None.</div><div class="c" style="display:none">Never.</div>'
    const told = await statementsOf('a.html', html)
    expect(told).toEqual(['Shops open at nine.', 'Old.'])
    const hidden = (kind: string) =>
      ['Sent.', 'It failed.', 'Try again.']
        .map((text, i) => `<div class="${kind}"${i > 0 ? ' style="display:none"' : ''}>${text}</div>`)
        .join('')
    const labels = '<ul><li>A</li><li>B</li><li>C</li></ul>'
    expect(await statementsOf('a.html', `<p>Hello.</p>${hidden('msg')}`)).toEqual(['Hello.', 'Sent.'])
    expect(await statementsOf('a.html', `<p>Hello.</p>${hidden('box')}`)).toEqual(['Hello.', 'Sent.'])
    expect(await statementsOf('a.html', labels + hidden('alert'))).not.toContain('It failed.')
    expect(await statementsOf('a.html', labels + hidden('box'))).toContain('It failed.')
  })

  const PANELS = '<p>It runs on Linux.</p>|<p>It runs on Mac.</p>'.split('|')
  const tabs = (one: (label: string, i: number) => string, panel: (text: string, i: number) => string) =>
    `<div>${one('Linux', 1)}${one('Mac', 2)}</div><div>${PANELS.map((text, i) => panel(text, i + 1)).join('')}</div>`

  test.each([
    [
      'roles',
      tabs(
        (label) => `<button role="tab">${label}</button>`,
        (text, i) => `<div role="tabpanel" ${i > 1 ? 'hidden' : ''}>${text}</div>`,
      ),
    ],
    [
      'links',
      `<ul class="nav">${tabs(
        (label, i) => `<li><a data-toggle="tab" href="#t${i}">${label}</a></li>`,
        (text, i) => `<div class="tab-pane" id="t${i}">${text}</div>`,
      )}</ul>`,
    ],
    [
      'labels',
      `<div class="tabbed-set"><input id="a1" type="radio" checked><input id="a2" type="radio"><div class="tabbed-labels"><label for="a1">Linux</label><label for="a2">Mac</label></div><div class="tabbed-content">${PANELS.map((text) => `<div class="tabbed-block">${text}</div>`).join('')}</div></div>`,
    ],
    [
      'what of them is seen',
      `<ul class="tabs" role="tablist"><li>Linux</li><li>Mac</li></ul>${PANELS.map((text, i) => `<div class="tab${i > 0 ? '' : ' active'}" style="${i > 0 ? 'display:none' : ''}"><h3>${['Linux', 'Mac'][i]}</h3>${text}</div>`).join('')}`,
    ],
    [
      'labels directly above',
      `<ul><li>Linux</li><li>Mac</li></ul><div class="plans">${PANELS.map((text, i) => `<div class="plan${i > 0 ? '' : ' active'}" style="${i > 0 ? 'display:none' : ''}">${text}</div>`).join('')}</div>`,
    ],
  ])('panels of tabs by %s', async (_, html) => {
    const parsed = await parse({
      file: 'a.html',
      bytes: new TextEncoder().encode(`<h2>Run</h2>${html}<p>Done.</p>`),
    })
    expect(parsed).toMatchObject({
      passages: [
        { trail: ['Run', 'Linux'], text: 'It runs on Linux.' },
        { trail: ['Run', 'Mac'], text: 'It runs on Mac.' },
        { trail: ['Run'], text: 'Done.' },
      ],
    })
  })

  test('menus stay closed, and buttons that open nothing are no text', async () => {
    const html =
      '<button aria-expanded="false" aria-controls="main-menu">Menu</button><div id="main-menu" hidden>Sitemap of all.</div><button>Buy</button><div>Two left.</div><div class="modal-header"><button>Close</button></div>'
    expect(await statementsOf('a.html', html)).toEqual(['Two left.'])
  })
})

describe('the name of a table is what its rows stand under [G331]', () => {
  const rows = '<tr><th>Course<th>Fee<tr><td>Yoga<td>5'
  const facts = '<tr><th>Population<td>3,700,000<tr><th>Mayor<td>Ann Lee'

  test.each([
    ['a caption', `<table><caption>Members</caption>${rows}</table>`, ['Members › Course: Yoga · Fee: 5']],
    [
      'a caption of a figure',
      `<figure><table>${rows}</table><figcaption>Members</figcaption></figure>`,
      ['Members › Course: Yoga · Fee: 5'],
    ],
    [
      'a title across all columns',
      `<table><tr><th colspan=2>Berlin${facts}</table>`,
      ['Berlin › Population: 3,700,000', 'Berlin › Mayor: Ann Lee'],
    ],
    [
      'a title above a head',
      `<table><tr><th colspan=2>Members${rows}</table>`,
      ['Members › Course: Yoga · Fee: 5'],
    ],
    [
      'no group of columns',
      '<table><tr><th>Day<th colspan=2>Hours<tr><td>Mon<td>9<td>17</table>',
      ['Day: Mon · Hours: 9 · Hours: 17'],
    ],
    ['no caption without rows', '<table><caption>It is closed.</caption></table>', ['It is closed.']],
  ])('%s', async (_, html, told) => {
    expect(await statementsOf('a.html', html)).toEqual(told)
  })
})

describe('what a cell says with a sign is its value [G332]', () => {
  test.each([
    ['<i class="fa fa-check"></i>', 'yes'],
    ['<i class="fa fa-times"></i>', 'no'],
    ['<svg role="img" aria-label="Included"></svg>', 'Included'],
    ['<svg><title>Yes</title></svg>', 'Yes'],
    ['<span class="icon" title="On request"></span>', 'On request'],
    ['<i class="fa fa-check" aria-hidden="true"></i><span class="sr-only">From May</span>', 'From May'],
    ['<input type="checkbox" disabled checked>', 'yes'],
    ['<input type="checkbox" disabled>', 'no'],
    ['5<span class="sr-only"> of them</span>', '5'],
  ])('%s', async (html, value) => {
    const table = `<table><tr><th>Feature<th>Plan<tr><td>Backup<td>${html}</table>`
    expect(await statementsOf('a.html', table)).toEqual([`Feature: Backup · Plan: ${value}`])
  })

  test.each(['fa-check-circle', 'fa-circle-check', 'bi-check-lg', 'icon-yes', 'tick'])(
    'an icon of the class %s',
    async (name) => {
      const html = `<table><tr><th>Feature<th>Plan<tr><td>Backup<td><i class="${name}"></i></table>`
      expect(await statementsOf('a.html', html)).toEqual(['Feature: Backup · Plan: yes'])
    },
  )

  test.each([
    'no-wrap',
    'check-in-slot',
    'col-x',
    'x-small',
    'fa-user-check',
    'icon-no-smoking',
    'fa-spell-check',
  ])('not a class that says something else: %s', async (name) => {
    const html = `<table><tr><th>Room<th>Fee<th>Note<tr><td>Red<td>5<td><i class="${name}"></i></table>`
    expect(await statementsOf('a.html', html)).toEqual(['Room: Red · Fee: 5'])
  })

  test('not what chooses a row, or what a click does', async () => {
    const html =
      '<table><tr><th><th>Name<th>Room<th><tr><td><input type="checkbox"><td>Ann<td>4<td><button title="Delete"></button></table>'
    expect(await statementsOf('a.html', html)).toEqual(['Name: Ann · Room: 4'])
  })
})

describe('a table of one row [G333]', () => {
  test('with lines in its cells is a layout', async () => {
    const html =
      '<h1>Offices</h1><table><tr><td><b>Berlin</b><br>Open 9 to 17.<td><b>Ulm</b><p>Open 8 to 12.</table><p>Call us.</p>'
    expect(await statementsOf('a.html', html)).toEqual(['Open 9 to 17.', 'Open 8 to 12.', 'Call us.'])
  })

  test('with a line in each is a name and a value', async () => {
    const html = '<table><tr><td>Power<td>500 W</table><table><tr><td>Rooms<td>Hall<br>Attic</table>'
    expect(await statementsOf('a.html', html)).toEqual(['Power: 500 W', 'Rooms: Hall Attic'])
  })

  test.each([
    [
      '<table><tr><td class="linenos"><pre>1\n2</pre><td class="code"><pre>port = 80\nhost = db1</pre></table>',
    ],
    ['<table><tr><td><pre>1\n2</pre><td><pre>port = 80\nhost = db1</pre></table>'],
    ['<table><tr><td class="blob-num"><td>port = 80<tr><td class="blob-num"><td>host = db1</table>'],
  ])('or of lines with their numbers is code: %s', async (html) => {
    expect(await statementsOf('a.html', html)).toEqual(['port = 80', 'host = db1'])
  })
})

describe('elements that are named as tables and fields are read so [G335]', () => {
  const grid = (table: string, row: string, head: string, cell: string) => {
    const line = (own: string, all: string[]) =>
      `<div ${row}>${all.map((one) => `<div ${own}>${one}</div>`).join('')}</div>`
    return `<div ${table}>${line(head, ['City', 'Zip'])}${line(cell, ['Ulm', '89073'])}</div>`
  }

  test.each([
    ['roles', grid('role="table"', 'role="row"', 'role="columnheader"', 'role="cell"')],
    ['classes', grid('class="table"', 'class="row"', 'class="cell head"', 'class="cell"')],
    [
      'more classes',
      grid('class="divTable"', 'class="divTableRow"', 'class="divTableHead"', 'class="divTableCell"'),
    ],
    [
      'columns',
      '<div class="summary-table"><div class="table-header col-first">City</div><div class="table-header col-last">Zip</div><div class="col-first">Ulm</div><div class="col-last">89073</div></div>',
    ],
  ])('tables by %s', async (_, html) => {
    expect(await statementsOf('a.html', html)).toEqual(['City: Ulm · Zip: 89073'])
  })

  test('labels and values', async () => {
    const html =
      '<div class="spec"><div class="label">Seats:</div><div class="value">5</div></div><div><span class="kv__key">Engine</span><span class="kv__value">diesel</span><span class="kv__key">Doors</span><span class="kv__value">3</span></div>'
    expect(await statementsOf('a.html', html)).toEqual(['Seats: 5', 'Engine: diesel', 'Doors: 3'])
  })

  const row = (...cells: string[]) =>
    `<div role="row">${cells.map((one) => `<div role="cell">${one}</div>`).join('')}</div>`
  test.each([
    [
      'words above and below its rows',
      `<div role="table" aria-label="Prices"><div id="d">Towels are free.</div><div role="rowgroup">${row('Adult', '5 EUR')}</div><p>Children swim for free.</p></div>`,
      ['Towels are free.', 'Prices › Adult: 5 EUR', 'Children swim for free.'],
    ],
    [
      'a grid below a hint',
      `<div role="grid"><p>Click a day.</p>${row('Mon', '9 to 5')}</div>`,
      ['Click a day.', 'Mon: 9 to 5'],
    ],
    [
      'words between rows',
      `<div role="table">${row('Mon', '9 to 5')}<p>Closed at noon.</p>${row('Tue', '8 to 4')}</div>`,
      ['Mon', '9 to 5', 'Closed at noon.', 'Tue', '8 to 4'],
    ],
    [
      'words beside cells',
      '<div role="table"><div role="row">Sold out:<div role="cell">Eggs</div><div role="cell">2 EUR</div></div></div>',
      ['Sold out:', 'Eggs', '2 EUR'],
    ],
    [
      'words beside cells by classes',
      '<div class="data-table"><div class="row">Sold out: <div class="cell">Eggs</div><div class="cell">2 EUR</div></div></div>',
      ['Sold out:', 'Eggs', '2 EUR'],
    ],
    [
      'a table within it',
      `<div role="table">${row('Mon', '9 to 5')}<table><tr><td>Tue<td>8 to 4</table></div>`,
      ['Mon: 9 to 5', 'Tue: 8 to 4'],
    ],
    [
      'a head in a part of its own',
      '<div class="divTable"><div class="divTableHeading"><div class="divTableRow"><div class="divTableHead">City</div><div class="divTableHead">Zip</div></div></div><div class="divTableBody"><div class="divTableRow"><div class="divTableCell">Ulm</div><div class="divTableCell">89073</div></div></div></div>',
      ['City: Ulm · Zip: 89073'],
    ],
    [
      'what is hidden, which stays so',
      `<div role="table">${row('Mon', '9 to 5')}<div hidden>${row('Tue', '8 to 4')}</div></div><div role="table" hidden>${row('Wed', '7 to 3')}</div>`,
      ['Mon: 9 to 5'],
    ],
  ])('tables with %s', async (_, html, told) => {
    expect(await statementsOf('a.html', html)).toEqual(told)
  })

  test('not a grid of columns, or a label without a value', async () => {
    const html =
      '<div class="container"><div class="row"><div class="col">We open at nine.</div><div class="col">Call us.</div></div></div><div><div class="label">New</div><div class="value"></div></div>'
    expect(await statementsOf('a.html', html)).toEqual(['We open at nine.', 'Call us.', 'New'])
  })
})

describe('lists of Word are lists [G334]', () => {
  const item = (mark: string, text: string, style = '') =>
    `<p class=MsoListParagraph style='${style}'><span style='font-family:Symbol'>${mark}<span style='font:7.0pt'>&nbsp;&nbsp; </span></span>${text}</p>`

  test('with their levels and numbers', async () => {
    const html = `<p class=MsoNormal>Bring:</p>${item('·', 'a <b>passport</b> that is valid until June')}\n${item('o', 'with a stamp', 'margin-left:72pt')}\n${item('·', 'two photos')}<p>Be on time.</p>${item('1.', 'Ring.')}${item('2.', 'Wait.')}`
    expect((await statementsOf('a.html', html)).filter((one) => !one.includes('\n'))).toEqual([
      'Bring: › a passport that is valid until June',
      'Bring: – a passport that is valid until June › with a stamp',
      'Bring: › two photos',
      'Be on time.',
      'Ring.',
      'Wait.',
    ])
  })

  test('with letters as they stand, and numbers that begin again', async () => {
    const items = [item('(a)', 'Pay the rent.'), item('(b)', 'Pay repairs.'), item('iv.', 'Be quiet.')]
    const html = `${items.join('')}<p>Clause (b) ends.</p>${item('1.', 'Ring.')}${item('4.', 'Wait.')}`
    expect(await statementsOf('a.html', html)).toEqual([
      '- (a) Pay the rent.\n- (b) Pay repairs.\n- iv. Be quiet.',
      '(a) Pay the rent.',
      '(b) Pay repairs.',
      'iv. Be quiet.',
      'Clause (b) ends.',
      'Ring.',
      'Wait.',
    ])
  })

  test('a paragraph of a list without a mark is none, nor is one in another text', async () => {
    const html = '<p class=MsoListParagraph>It costs 5 EUR.</p><p>1.&nbsp;&nbsp;Scope</p>'
    expect(await statementsOf('a.html', html)).toEqual(['It costs 5 EUR.', '1.\u00a0\u00a0Scope'])
  })

  test('what Word says beside the text is left out', async () => {
    const html =
      '<p class=MsoToc1><a href="#a">Meals 3</a></p><p>The limit is 40.<span class=MsoCommentReference>[A1]</span></p><div style="mso-element:comment-list"><div style="mso-element:comment"><p>Is 40 enough?</p></div></div>'
    expect(await statementsOf('a.html', html)).toEqual(['The limit is 40.'])
  })
})

describe('what a page may open is read [G330]', () => {
  const page = (style: string, ...rest: string[]) =>
    `<style>${style}</style><h3>Do you ship?</h3><div class="answer"><p>We do.</p></div>${rest.join('')}`
  const HIDES = '.answer{display:none}'

  test.each([
    ['by code that stands elsewhere', page(HIDES, '<script src="faq.js"></script>')],
    ['by a click', page(HIDES, `<a onclick="document.querySelector('.answer').style.display=''"></a>`)],
    ['by a link', page(HIDES, `<a href="javascript:open('answer')"></a>`)],
    ['by its place', page(HIDES, '<script>h3.onclick = () => show(h3.nextElementSibling)</script>')],
    ['by a wide screen', page(`${HIDES} @media (min-width: 600px) { .answer { display: block } }`)],
    ['by a rule after another', page(`${HIDES} @import "a.css"; .answer { display: block }`)],
  ])('%s', async (_, html) => {
    expect(await statementsOf('a.html', html)).toEqual(['Do you ship? › We do.'])
  })

  test.each([
    ['without code', page(HIDES, '<p>Ask us.</p>')],
    ['with data', page(HIDES, '<script type="application/ld+json">{"answer":1}</script><p>Ask us.</p>')],
    ['with code about something else', page(HIDES, '<script>let answers = 1</script><p>Ask us.</p>')],
    ['printed', page(`${HIDES} @media print { .answer { display: block } }`, '<p>Ask us.</p>')],
  ])('but not what stays hidden: %s', async (_, html) => {
    expect(await statementsOf('a.html', html)).toEqual(['Do you ship? › Ask us.'])
  })
})

describe('what is no text of a page is not read [G336]', () => {
  test.each([
    ['<p>It cost 500<a epub:type="noteref" href="#n1">1</a> pounds.</p>', 'It cost 500 pounds.'],
    ['<p>It cost 500<a class="footnote-ref" href="#n1">1</a> pounds.</p>', 'It cost 500 pounds.'],
    ['<p>It cost 500<a href="#n1">[1]</a> pounds.</p>', 'It cost 500 pounds.'],
    ['<p>It cost 500 pounds. <a href="#r1">↩</a></p>', 'It cost 500 pounds.'],
    [
      '<p>It is told in <a href="#n1">[1]</a> and <a href="#c">chapter 2</a>.</p>',
      'It is told in [1] and chapter 2.',
    ],
  ])('the mark of a note: %s', async (html, text) => {
    expect(await statementsOf('a.xhtml', html)).toEqual([text])
  })

  const OLD = '<p class="old">The concert is on 14 May.</p>'
  test.each([
    [
      'by a class',
      `<style>.old{text-decoration:line-through}</style>${OLD}<p>It is on 21 May.</p>`,
      ['It is on 21 May.'],
    ],
    [
      'by a class of paragraphs',
      `<style>p.old { text-decoration: line-through red }</style>${OLD}<p>It is on 21 May.</p>`,
      ['It is on 21 May.'],
    ],
    [
      'in place',
      '<p>It costs <span style="text-decoration:line-through">£40</span> £30.</p>',
      ['It costs £30.'],
    ],
    [
      'not what was done',
      '<style>.done{text-decoration:line-through}</style><p class="done">Buy milk.</p><p>Buy tea.</p>',
      ['Buy milk.', 'Buy tea.'],
    ],
    [
      'not a thing to do beside another',
      '<p style="text-decoration: line-through">Book the hall for 12 May.</p><p>Send the invitations.</p>',
      ['Book the hall for 12 May.', 'Send the invitations.'],
    ],
    [
      'not what is underlined',
      `<style>.old{text-decoration:underline}</style>${OLD}`,
      ['The concert is on 14 May.'],
    ],
  ])('what a style strikes out, %s', async (_, html, told) => {
    expect(await statementsOf('a.html', html)).toEqual(told)
  })

  const text = 'We open at nine, and close at noon on days when nobody has booked the hall for later.'
  test.each([
    '<div id="cookie-banner">We use cookies on this website. <button>Yes</button></div>',
    '<div id="cookie-bar"><p>By browsing you accept cookies.</p><a class="btn" href="#">Yes</a></div>',
    '<div class="gdpr"><p>Do you accept analytics?</p><button>Yes</button></div>',
    '<section class="CookieConsent"><p>Your privacy matters.</p><button>Yes</button></section>',
    '<div class="consent-banner">We use cookies; see privacy. <button>Yes</button></div>',
    '<div id="cookie-message"><h2>Cookies</h2><p>We use cookies.</p><button>Accept cookies</button><button>Reject them</button></div>',
    '<div id="onetrust-banner-sdk"><h2>Your privacy</h2><p>We and 90 partners store data.</p></div>',
  ])('a question about cookies: %s', async (html) => {
    expect(await statementsOf('a.html', `${html}<p>${text}</p>`)).toEqual([text])
  })

  test.each([
    '<div class="cookie-recipe"><p>TOLD</p></div>',
    '<section id="cookies"><p>TOLD</p></section>',
    '<div class="cookie-policy"><p>TOLD</p><button>Manage</button></div>',
    '<form class="consent"><p>TOLD</p><button>Sign</button></form>',
    '<section id="cookies-notice"><h2>What we set</h2><p>TOLD</p><button>Manage</button></section>',
    '<section id="cookies-notice"><h2>What we set</h2><p>TOLD</p><button>Accept</button></section>',
    '<section id="cookies-notice"><p>TOLD</p></section>',
    '<form class="patient-consent-form"><p>TOLD</p><button>Send</button></form>',
    '<div class="cookie-bar"><p>TOLD</p><button>Order</button></div>',
    '<div id="trustees"><p>TOLD</p></div>',
  ])('but not a page about them, or a consent to something else: %s', async (html) => {
    const told = 'Our privacy cookie lasts 30 days, and patients accept it.'
    expect(await statementsOf('a.html', `${html.replace('TOLD', told)}<p>${text}</p>`)).toEqual([told, text])
  })

  test('nor what is most of the page', async () => {
    const html = '<div class="cookie-banner"><p>We use cookies on this website.</p><button>Yes</button></div>'
    expect(await statementsOf('a.html', `${html}<p>Hello.</p>`)).toContain('We use cookies on this website.')
  })
})

test('pages of many tabs and rows are read at once [G330] [G335]', async () => {
  const pages = [
    '<b role=tab>a</b>'.repeat(10_000) + '<div role=tabpanel>a</div>'.repeat(10_000),
    `<div>${'<div class=tabbed-content>a</div>'.repeat(15_000)}</div>`,
    `<div role=table>${'<div role=row><b role=cell>a</b><b role=cell>c</b></div>'.repeat(5_000)}</div>`,
  ]
  for (const html of pages) {
    const before = process.cpuUsage()
    await statementsOf('a.html', html)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(8_000)
  }
})

test('code of a page is told with its own line, on that of its tag or below it [G469]', async () => {
  const lineOf = async (code: string) => {
    const parsed = await parse({ file: 'a.html', bytes: new TextEncoder().encode(`<p>So:</p>\n${code}`) })
    if ('reason' in parsed) throw new Error(parsed.reason)
    const all = parsed.passages.flatMap(({ statements }) => statements)
    return all.find(({ kind }) => kind === 'code')?.line
  }
  expect(await lineOf('<pre>run --all</pre>')).toBe(2)
  expect(await lineOf('<pre><code>run --all</code></pre>')).toBe(2)
  expect(await lineOf('<pre>\nrun --all</pre>')).toBe(3)
})
