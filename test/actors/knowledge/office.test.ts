import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { archiveOf, relationsOf } from './office-files.ts'
import { statementsOf } from './statements-of.ts'

async function placesOf(file: string, bytes: Uint8Array): Promise<unknown[]> {
  const parsed = await parse({ file, bytes })
  if ('reason' in parsed) throw new Error(parsed.reason)
  return parsed.passages.map(({ title, trail, page, line }) => [title, trail, page, line])
}

const P = 'xmlns:p="p" xmlns:a="a" xmlns:r="r"'
const run = (text: string) => `<a:r><a:rPr lang="en"/><a:t>${text}</a:t></a:r>`
const line = (text: string, about = '') => `<a:p>${about}${run(text)}</a:p>`
const shape = (kind: string, lines: string) =>
  `<p:sp><p:nvSpPr><p:nvPr>${kind === '' ? '' : `<p:ph ${kind === 'body' ? 'idx="1"' : `type="${kind}"`}/>`}</p:nvPr></p:nvSpPr><p:txBody>${lines}</p:txBody></p:sp>`
const slide = (shapes: string, rest = '') =>
  `<p:sld ${P} ${rest}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`

/** A presentation with these slides, whose parts are called in the opposite order. */
function presentationOf(slides: readonly string[], more: Record<string, string> = {}): Promise<Uint8Array> {
  const name = (i: number) => `slide${slides.length - i}.xml`
  return archiveOf({
    '_rels/.rels': relationsOf({ r1: ['officeDocument', 'ppt/presentation.xml'] }),
    'ppt/presentation.xml': `<p:presentation ${P}><p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="s${i}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationsOf(
      Object.fromEntries(slides.map((_, i) => [`s${i}`, ['slide', `slides/${name(i)}`]])),
    ),
    ...Object.fromEntries(slides.map((xml, i) => [`ppt/slides/${name(i)}`, xml])),
    ...more,
  })
}

describe('a presentation is read slide by slide [G238]', () => {
  test('titles as headings, levels of points, tables, groups, diagrams and notes', async () => {
    const level = '<a:pPr lvl="1"/>'
    const table = `<p:graphicFrame><a:tbl><a:tblPr firstRow="1"/><a:tr><a:tc gridSpan="2"><a:txBody>${line('Plan')}</a:txBody></a:tc><a:tc hMerge="1"><a:txBody><a:p/></a:txBody></a:tc></a:tr><a:tr><a:tc><a:txBody>${line('Free')}</a:txBody></a:tc><a:tc><a:txBody>${line('1 seat')}</a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>`
    const slides = [
      slide(`${shape('ctrTitle', line('Acme Kit'))}${shape('subTitle', line('Spring 2024'))}`),
      slide(
        `${shape('body', line('Tools') + line('Hammer', level) + line('Two saws', level) + line('Papers'))}${shape('title', line('What it holds'))}${shape('sldNum', '<a:p><a:fld type="slidenum"><a:t>2</a:t></a:fld></a:p>')}${shape('ftr', line('Acme 2024'))}`,
      ),
      slide(`<p:grpSp><p:grpSp>${shape('', line('The depot opens at 7 am.'))}</p:grpSp></p:grpSp>`),
      slide(`${shape('title', line('Prices'))}${table}`),
      slide(
        `${shape('title', line('Steps'))}<p:graphicFrame><dgm:relIds xmlns:dgm="d" r:dm="d1"/></p:graphicFrame><mc:AlternateContent xmlns:mc="m"><mc:Choice>${shape('', line('Once only.'))}</mc:Choice><mc:Fallback>${shape('', line('Once only.'))}</mc:Fallback></mc:AlternateContent>`,
      ),
    ]
    const bytes = await presentationOf(slides, {
      'ppt/slides/_rels/slide4.xml.rels': relationsOf({
        n: ['notesSlide', '../notesSlides/notesSlide7.xml'],
      }),
      'ppt/notesSlides/notesSlide7.xml': `<p:notes ${P}><p:cSld><p:spTree>${shape('body', line('The warranty lasts three years.'))}</p:spTree></p:cSld></p:notes>`,
      'ppt/slides/_rels/slide1.xml.rels': relationsOf({ d1: ['diagramData', '../diagrams/data1.xml'] }),
      'ppt/diagrams/data1.xml': `<dgm:dataModel xmlns:dgm="d" xmlns:a="a"><dgm:pt><dgm:t>${line('Order')}</dgm:t></dgm:pt><dgm:pt/><dgm:pt><dgm:t>${line('Pay')}</dgm:t></dgm:pt></dgm:dataModel>`,
    })
    expect(await statementsOf('kit.pptx', bytes)).toEqual([
      'Spring 2024',
      'What it holds › - Tools\n  - Hammer\n  - Two saws\n- Papers',
      'What it holds › Tools\n  - Hammer\n  - Two saws',
      'What it holds – Tools › Hammer',
      'What it holds – Tools › Two saws',
      'What it holds › Papers',
      'The warranty lasts three years.',
      'The depot opens at 7 am.',
      'Plan › Free: 1 seat',
      'Steps › - Order\n- Pay',
      'Steps › Order',
      'Steps › Pay',
      'Once only.',
    ])
    expect(await placesOf('kit.pptx', bytes)).toEqual([
      ['Acme Kit', [], 1, 2],
      ['Acme Kit', ['What it holds'], 2, 2],
      ['Acme Kit', ['Slide 3'], 3, 2],
      ['Acme Kit', ['Prices'], 4, 3],
      ['Acme Kit', ['Steps'], 5, 2],
    ])
  })

  test('hidden slides are not read, and that is said', async () => {
    const bytes = await presentationOf([
      slide(shape('', line('The pump is blue.'))),
      slide(shape('', line('The pump is red.')), 'show="0"'),
    ])
    expect(await parse({ file: 'a.pptx', bytes })).toMatchObject({ aside: 'hidden slides are not read (1)' })
    expect(await statementsOf('a.pptx', bytes)).toEqual(['The pump is blue.'])
  })
})

const O =
  'xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:fo="f" xmlns:draw="d" xmlns:manifest="m"'
const open = (body: string, styles = '', common = '') =>
  archiveOf({
    mimetype: 'application/vnd.oasis.opendocument',
    'content.xml': `<?xml version="1.0" encoding="UTF-8"?><office:document-content ${O}><office:automatic-styles>${styles}</office:automatic-styles><office:body>${body}</office:body></office:document-content>`,
    'styles.xml': `<office:document-styles ${O}>${common}</office:document-styles>`,
    'META-INF/manifest.xml': `<manifest:manifest ${O}><manifest:file-entry/></manifest:manifest>`,
  })

describe('OpenDocument files are read as those of Office [G239]', () => {
  test('sheets, as they are shown', async () => {
    const cell = (text: string, about = '') =>
      `<table:table-cell ${about}><text:p>${text}</text:p></table:table-cell>`
    const number = (text: string, about = '') =>
      cell(text, `office:value-type="float" office:value="0" ${about}`)
    const row = (cells: string, about = '') => `<table:table-row ${about}>${cells}</table:table-row>`
    const styles =
      '<style:style style:name="off"><style:table-properties table:display="false"/></style:style><style:style style:name="b"><style:text-properties fo:font-weight="bold"/></style:style>'
    const bytes = await open(
      `<office:spreadsheet><table:table table:name="Plans"><table:table-column/><table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="2"/>${[
        row(cell('Plan') + cell('Secret') + cell('Seats') + cell('Price')),
        row(
          cell('Business', 'table:number-rows-spanned="2"') +
            cell('x') +
            number('50') +
            `<table:table-cell office:value-type="percentage"><office:annotation><text:p>Ask Ana</text:p></office:annotation><text:p>9.50<text:s/>€</text:p></table:table-cell>`,
        ),
        row(`<table:covered-table-cell/>${cell('y')}${number('60', 'table:number-columns-repeated="2"')}`),
        row(cell('Old') + cell('z') + number('7'), 'table:visibility="collapse"'),
        row(cell('Free') + cell('z') + number('1'), 'table:visibility="filter"'),
        row(
          '<table:table-cell table:number-columns-repeated="16384"/>',
          'table:number-rows-repeated="1048570"',
        ),
      ].join(
        '',
      )}</table:table><table:table table:name="Lists" table:style-name="off">${row(cell('hidden'))}</table:table></office:spreadsheet>`,
      styles,
    )
    expect(await statementsOf('plans.ods', bytes)).toEqual([
      'Plan: Business · Seats: 50 · Price: 9.50 €',
      'Plan: Business · Seats: 60 · Price: 60',
      'Plan: Free · Seats: 1',
    ])
    expect(await parse({ file: 'plans.ods', bytes })).toMatchObject({
      aside: 'hidden rows and columns of "Plans" are not read; its hidden sheet "Lists" is not read',
    })
    const huge = await open(
      `<office:spreadsheet><table:table table:name="Big">${row(number('1', 'table:number-columns-repeated="16384"'), 'table:number-rows-repeated="1048576"')}</table:table></office:spreadsheet>`,
    )
    expect(await parse({ file: 'huge.ods', bytes: huge })).toMatchObject({
      aside: expect.stringContaining('since the file has more than 1000000 cells'),
    })
  })

  test('texts, with headings, lists, tables, footnotes, boxes, and what stands on every page', async () => {
    const styles =
      '<style:style style:name="P1" style:parent-style-name="Title"/><style:style style:name="T1"><style:text-properties fo:font-weight="bold"/></style:style>'
    const item = (text: string, inner = '') =>
      `<text:list-item><text:p>${text}</text:p>${inner}</text:list-item>`
    const cell = (text: string) => `<table:table-cell><text:p>${text}</text:p></table:table-cell>`
    const bytes = await open(
      `<office:text><text:tracked-changes><text:p>Deleted.</text:p></text:tracked-changes><text:p text:style-name="P1">Pump manual</text:p><text:h text:outline-level="2">Warranty</text:h><text:section><text:p>It lasts <text:span text:style-name="T1">two</text:span><text:s/>years.<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Three in Spain.</text:p></text:note-body></text:note><draw:frame><draw:text-box><text:p>Keep the receipt.</text:p></draw:text-box></draw:frame></text:p></text:section><text:p>The kit holds:</text:p><text:list>${item('a hammer')}${item('saws', `<text:list>${item('one big saw')}</text:list>`)}</text:list><table:table><table:table-header-rows><table:table-row>${cell('Plan')}${cell('Seats')}</table:table-row></table:table-header-rows><table:table-row>${cell('Free')}${cell('1')}</table:table-row></table:table></office:text>`,
      styles,
      '<office:master-styles><style:master-page><style:header><text:p>Revision 7 of March 2024</text:p></style:header></style:master-page></office:master-styles>',
    )
    const statements = await statementsOf('pump.odt', bytes)
    expect(statements).toEqual(
      expect.arrayContaining([
        'It lasts two years.',
        'It lasts two years. › Three in Spain.',
        'Keep the receipt.',
        'Warranty – The kit holds: › a hammer',
        'Warranty – The kit holds: – saws › one big saw',
        'Plan: Free · Seats: 1',
      ]),
    )
    expect(statements.join()).toContain('Revision 7 of March 2024')
    expect(statements.join()).not.toContain('Deleted')
    expect((await placesOf('pump.odt', bytes)).slice(0, 2)).toEqual([
      ['Pump manual', [], undefined, 1],
      ['Pump manual', ['Warranty'], undefined, 3],
    ])
  })

  test('[G371] what a text hides is not told, nor are its blanks', async () => {
    const hide = (name: string, value: string, about = '') =>
      `<style:style style:name="${name}" ${about}><style:text-properties text:display="${value}"/></style:style>`
    const p = (inner: string, style = '') => `<text:p text:style-name="${style}">${inner}</text:p>`
    const span = (text: string, style: string) => `<text:span text:style-name="${style}">${text}</text:span>`
    const body = [
      p(`Open to all. ${span('Code 77.', 'off')}${span('Doors shut at 8.', 'on')}`),
      p('Remove this.', 'note'),
      p(`Margin: 40%.<text:hidden-paragraph text:is-hidden="true"/>`),
      p(`Dogs stay out.<text:hidden-paragraph text:is-hidden="false"/>`),
      `<text:section text:display="none">${p('Draft.')}</text:section>`,
      p('Owner: <text:placeholder>&lt;name&gt;</text:placeholder>Ana Ruiz'),
    ]
    const styles = hide('off', 'none') + hide('on', 'true') + hide('note', 'none')
    expect(
      await statementsOf('a.odt', await open(`<office:text>${body.join('')}</office:text>`, styles)),
    ).toEqual(['Open to all.', 'Doors shut at 8.', 'Dogs stay out.', 'Owner: Ana Ruiz'])
  })

  test('an encrypted one is skipped with the reason', async () => {
    const bytes = await archiveOf({
      'content.xml': 'xxxx',
      'META-INF/manifest.xml': `<manifest:manifest ${O}><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`,
    })
    for (const file of ['a.odt', 'a.ods'])
      expect(await parse({ file, bytes })).toEqual({ reason: 'is encrypted: save a copy without a password' })
  })
})

describe('a book is read chapter by chapter [G240]', () => {
  const chapter = (title: string, text: string) =>
    `<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>\n<body><h1>${title}</h1>\n<p>${text}</p></body></html>`
  const parts = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container><rootfiles><rootfile full-path="EPUB/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    'EPUB/content.opf':
      '<package xmlns:dc="d"><metadata><dc:title>Field Guide</dc:title></metadata><manifest><item id="toc" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/><item id="b" href="text/hills%20two.xhtml" media-type="application/xhtml+xml"/><item id="a" href="text/rivers.xhtml" media-type="application/xhtml+xml"/><item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="toc"/><itemref idref="a"/><itemref idref="missing"/><itemref idref="gone"/><itemref idref="b"/></spine></package>',
    'EPUB/nav.xhtml': chapter('Contents', 'Rivers'),
    'EPUB/text/hills two.xhtml': chapter('Hills', 'Mount Bor is 900 metres&nbsp;high.'),
    'EPUB/text/rivers.xhtml': chapter('Rivers', 'Lake Ardal is 41 metres deep.'),
  }

  test('in the order of its list, with its title', async () => {
    const bytes = await archiveOf(parts)
    expect(await statementsOf('guide.epub', bytes)).toEqual([
      'Lake Ardal is 41 metres deep.',
      'Mount Bor is 900 metres\u00a0high.',
    ])
    expect(await placesOf('guide.epub', bytes)).toEqual([
      ['Field Guide', ['Rivers'], undefined, 4],
      ['Field Guide', ['Hills'], undefined, 8],
    ])
  })

  test('whose fonts alone are scrambled; one whose text is, is skipped with the reason', async () => {
    const scrambled = (by: string) =>
      archiveOf({
        ...parts,
        'META-INF/encryption.xml': `<encryption><EncryptedData><EncryptionMethod Algorithm="${by}"/></EncryptedData></encryption>`,
      })
    expect(await statementsOf('a.epub', await scrambled('http://www.idpf.org/2008/embedding'))).toHaveLength(
      2,
    )
    expect(
      await parse({ file: 'a.epub', bytes: await scrambled('http://www.w3.org/2001/04/xmlenc#aes128-cbc') }),
    ).toEqual({ reason: 'is encrypted: save a copy without a password' })
  })
})
