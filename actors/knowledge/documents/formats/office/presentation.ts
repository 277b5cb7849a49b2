import type { RootContent } from 'mdast'
import { type Document, note } from '../../../text/document.ts'
import { malformed } from '../records.ts'
import { Archive } from './archive.ts'
import { chartOf } from './charts.ts'
import { elementsOf, first, within } from './elements.ts'
import { partOf, partsOf } from './parts.ts'
import { pointsOf } from './points.ts'
import { shapesOf } from './shapes.ts'
import { Slide } from './slide.ts'

/** A presentation of PowerPoint: each slide is a page, with its title as heading and its notes below. @throws SyntaxError */
export async function readPptx(file: string, bytes: Uint8Array): Promise<Document> {
  const archive = new Archive(bytes, 'PowerPoint')
  const main = partOf(await partsOf(archive, ''), 'officeDocument') ?? 'ppt/presentation.xml'
  const presentation = await elementsOf(archive, main)
  if (presentation === undefined) throw malformed('PowerPoint', 'it has no presentation')
  const parts = await partsOf(archive, main)
  const children: RootContent[] = []
  let hidden = 0
  let number = 0
  // The order of the slides is that of this list, whatever their parts are called.
  for (const { attributes } of within(first(presentation, 'sldIdLst'), 'sldId')) {
    number += 1
    const part = parts.get(attributes.part ?? '')?.name ?? ''
    const top = await elementsOf(archive, part)
    if (top === undefined) continue
    if (top.attributes.show === '0') {
      hidden += 1
      continue
    }
    const own = await partsOf(archive, part)
    const slide = new Slide(number)
    const shapes = shapesOf(first(top, 'spTree'))
    slide.title(shapes, number === 1)
    for (const shape of shapes) {
      slide.shape(shape)
      const drawn = shape.drawn === undefined ? undefined : own.get(shape.drawn.part)?.name
      if (drawn === undefined) continue
      if (shape.drawn?.chart === true) slide.chart(await chartOf(archive, drawn))
      else slide.points(await pointsOf(archive, drawn))
    }
    const notes = await elementsOf(archive, partOf(own, 'notesSlide') ?? '')
    for (const shape of shapesOf(first(notes, 'spTree'))) if (shape.kind === 'body') slide.notes(shape)
    for (const node of slide.nodes) children.push({ ...node, ...note({ ...node.data, page: number }) })
  }
  const asides = hidden === 0 ? [] : [`hidden slides are not read (${hidden})`]
  return { file, asides, folded: true, tree: { type: 'root', children } }
}
