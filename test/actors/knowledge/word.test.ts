import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { statementsOf } from './statements-of.ts'
import { p, run, W, wordOf } from './word-document.ts'

describe('of a Word document [G241]', () => {
  test('footnotes, endnotes and comments are told with what they hang on', async () => {
    const mark = (name: string, id: number) => `<w:r><w:${name}Reference w:id="${id}"/></w:r>`
    const bytes = await wordOf(
      [
        p(
          `${run('The pump is blue.')}${mark('footnote', 2)}${run(' It lasts two years.')}${mark('endnote', 3)}`,
        ),
        p(`${run('The fee is 40 euros.')}${mark('comment', 0)}`),
        p(run('The end.')),
      ].join(''),
      {
        footnotes: `<w:footnotes ${W}><w:footnote w:id="2">${p(run('Grey in Spain.'))}</w:footnote></w:footnotes>`,
        endnotes: `<w:endnotes ${W}><w:endnote w:id="3">${p(run('Three in Norway.'))}</w:endnote></w:endnotes>`,
        comments: `<w:comments ${W}><w:comment w:id="0" w:author="Bob Roe" w:initials="BR">${p(run('Ana agreed to 35.'))}</w:comment></w:comments>`,
      },
    )
    expect(await statementsOf('pump.docx', bytes)).toEqual([
      'The pump is blue.',
      'It lasts two years.',
      'The pump is blue. › Grey in Spain.',
      'It lasts two years. › Three in Norway.',
      'The fee is 40 euros.',
      'The fee is 40 euros. › Ana agreed to 35.',
      'The end.',
    ])
  })

  test('what stands above and below the pages is told once, but for their numbers', async () => {
    const page = `${run('Page ')}<w:r><w:instrText>PAGE</w:instrText></w:r>${run('1')}${run(' of 3')}`
    const bytes = await wordOf(p(run('The pump is blue.')), {
      header1: `<w:hdr ${W}>${p(run('Revision 7 of March 2024'))}</w:hdr>`,
      header2: `<w:hdr ${W}>${p(run('Revision 7 of March 2024'))}</w:hdr>`,
      footer1: `<w:ftr ${W}>${p(page)}</w:ftr>`,
    })
    const parsed = await parse({ file: 'pump.docx', bytes })
    if ('reason' in parsed) throw new Error(parsed.reason)
    expect(parsed.passages.map(({ text, footer, line }) => [text, footer, line])).toEqual([
      ['Revision 7 of March 2024', true, 1],
      ['The pump is blue.', undefined, 1],
    ])
  })

  test('what is damaged is skipped with this reason', async () => {
    for (const body of ['<w:p', '<w:p>&nope;</w:p>', '</w:body>'])
      expect(await parse({ file: 'pump.docx', bytes: await wordOf(body) })).toEqual({
        reason: expect.stringMatching(/^is not valid Word: /u),
      })
  })

  test('[G367] text boxes are told once, where they stand', async () => {
    const box = (text: string) => `<w:txbxContent>${p(run(text))}</w:txbxContent>`
    const drawn = (text: string) =>
      `<mc:Choice><w:drawing><wps:wsp><wps:txbx>${box(text)}</wps:txbx></wps:wsp></w:drawing></mc:Choice>`
    const bytes = await wordOf(
      p(
        `${run('The pump is blue.')}<w:r><mc:AlternateContent>${drawn('Keep the receipt.')}<mc:Fallback><w:pict><v:textbox>${box('Keep the receipt.')}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`,
      ) +
        p(`<w:r><mc:AlternateContent>${drawn('Call Ana first.')}</mc:AlternateContent></w:r>`) +
        p(run('The end.')),
    )
    expect(await statementsOf('pump.docx', bytes)).toEqual([
      'The pump is blue.',
      'Keep the receipt.',
      'Call Ana first.',
      'The end.',
    ])
  })

  test('a title names it, and a name in one cell across names its table', async () => {
    const cell = (text: string, about = '') => `<w:tc><w:tcPr>${about}</w:tcPr>${p(run(text))}</w:tc>`
    const row = (cells: string) => `<w:tr>${cells}</w:tr>`
    const table = `<w:tbl>${[
      row(cell('Opening hours', '<w:gridSpan w:val="3"/>')),
      row(['Day', 'From', 'To'].map((text) => cell(text)).join('')),
      row(cell('Monday', '<w:vMerge w:val="restart"/>') + cell('8') + cell('12')),
      row(cell('', '<w:vMerge/>') + cell('13') + cell('17')),
    ].join('')}</w:tbl>`
    const bytes = await wordOf(p(run('Depot'), 'Title') + p(run('Hours'), 'Heading1') + table, {
      styles: `<w:styles ${W}><w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style></w:styles>`,
    })
    const parsed = await parse({ file: 'a.docx', bytes })
    if ('reason' in parsed) throw new Error(parsed.reason)
    expect(parsed.passages.map(({ title, trail }) => [title, trail])).toEqual([['Depot', ['Hours']]])
    expect(await statementsOf('a.docx', bytes)).toEqual([
      'Opening hours › Day: Monday · From: 8 · To: 12',
      'Opening hours › Day: Monday · From: 13 · To: 17',
    ])
  })
})
