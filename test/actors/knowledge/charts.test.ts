import { expect, test } from 'vitest'
import { archiveOf, relationsOf } from './office-files.ts'
import { statementsOf } from './statements-of.ts'
import { p, run, W, wordOf } from './word-document.ts'

const cached = (kind: string, values: readonly string[], format = '') =>
  `<c:${kind}Ref><c:${kind}Cache>${format === '' ? '' : `<c:formatCode>${format}</c:formatCode>`}${values.map((value, i) => (value === '' ? '' : `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`)).join('')}</c:${kind}Cache></c:${kind}Ref>`
const titled = (text: string) =>
  text === ''
    ? ''
    : `<c:title><c:tx><c:rich><a:p><a:r><a:t>${text}</a:t></a:r></a:p></c:rich></c:tx></c:title>`
const series = (name: string, values: readonly string[], format = 'General') =>
  `<c:ser><c:tx>${cached('str', [name])}</c:tx><c:cat>${cached('str', ['East', 'West', 'North'])}</c:cat><c:val>${cached('num', values, format)}</c:val></c:ser>`
const chart = (title: string, all: string, axis = '') =>
  `<c:chartSpace xmlns:c="c" xmlns:a="a"><c:chart>${titled(title)}<c:plotArea><c:barChart>${all}</c:barChart><c:catAx/><c:valAx>${titled(axis)}</c:valAx></c:plotArea></c:chart></c:chartSpace>`

const SALES = chart(
  'Sales',
  series('2023', ['19.2', '0.30000000000000004', '']) + series('2024', ['0.25', '', ''], '0%'),
  'M EUR',
)
const TOLD = ['Sales (M EUR) › East · 2023: 19.2 · 2024: 25%', 'Sales (M EUR) › West · 2023: 0.3']

test('[G370] a chart on a slide is told as the table that it is made from', async () => {
  const bytes = await archiveOf({
    '_rels/.rels': relationsOf({ r1: ['officeDocument', 'ppt/presentation.xml'] }),
    'ppt/presentation.xml':
      '<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="1" r:id="s1"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relationsOf({ s1: ['slide', 'slides/slide1.xml'] }),
    'ppt/slides/slide1.xml':
      '<p:sld xmlns:p="p" xmlns:a="a" xmlns:c="c" xmlns:r="r"><p:cSld><p:spTree><p:graphicFrame><a:graphic><a:graphicData><c:chart r:id="c1"/></a:graphicData></a:graphic></p:graphicFrame></p:spTree></p:cSld></p:sld>',
    'ppt/slides/_rels/slide1.xml.rels': relationsOf({ c1: ['chart', '../charts/chart1.xml'] }),
    'ppt/charts/chart1.xml': SALES,
  })
  expect(await statementsOf('sales.pptx', bytes)).toEqual(TOLD)
})

test('[G370] so is one in a Word document, and one without values is not', async () => {
  const drawn = (id: string) =>
    `<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><c:chart r:id="${id}"/></wp:inline></w:drawing></w:r>`
  const bytes = await wordOf(
    p(run('It rained.')) + p(drawn('chart1')) + p(drawn('chart2')) + p(run('The end.')),
    {
      chart1: SALES,
      chart2: chart('Costs', series('2023', [])),
      styles: `<w:styles ${W}/>`,
    },
  )
  expect(await statementsOf('sales.docx', bytes)).toEqual(['It rained.', ...TOLD, 'The end.'])
})
