/** Left edge and baseline in points from the lower left, text, and what differs from letters of 11 points. */
export type PdfText = readonly [
  x: number,
  y: number,
  text: string,
  how?: { readonly size?: number; readonly bold?: boolean },
]

/** What a page has besides text: ruled lines from point to point, and filled fields of a form; "Yes" ticks a box. */
export interface PdfExtras {
  readonly rules?: readonly (readonly [number, number, number, number])[]
  readonly fields?: readonly {
    readonly name: string
    readonly value: string
    readonly at: readonly number[]
  }[]
}

/** What a box shows that is ticked. */
const TICK = '<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream'
const FONTS = '/Font << /F1 3 0 R /F2 4 0 R >>'

/** A PDF with these texts on its pages, and ruled lines and fields on the first one. */
export function minimalPdf(pages: readonly (readonly PdfText[])[], extras: PdfExtras = {}): Uint8Array {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>',
  ]
  const add = (object: string) => `${objects.push(object)} 0 R`
  const fields = (extras.fields ?? []).map(({ name, value, at }) => {
    const tick = value === 'Yes' ? add(TICK) : ''
    const choice =
      tick === '' ? `/FT /Tx /V (${value})` : `/FT /Btn /V /Yes /AS /Yes /AP << /N << /Yes ${tick} >> >>`
    return add(`<< /Type /Annot /Subtype /Widget /T (${name}) ${choice} /Rect [${at.join(' ')}] >>`)
  })
  const kids = pages.map((texts, i) => {
    const rules = (i === 0 ? (extras.rules ?? []) : []).map(([x, y, x2, y2]) => `${x} ${y} m ${x2} ${y2} l S`)
    const stream = [...texts.map(drawn), ...rules].join('\n')
    const contents = add(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`)
    const annotations = i === 0 && fields.length > 0 ? `/Annots [${fields.join(' ')}] ` : ''
    return add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << ${FONTS} >> ${annotations}/Contents ${contents} >>`,
    )
  })
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`
  if (fields.length > 0)
    objects[0] = `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${fields.join(' ')}] >> >>`
  return fileOf(objects)
}

function drawn([x, y, text, { size = 11, bold = false } = {}]: PdfText): string {
  const escaped = text.replace(/[()\\]/gu, '\\$&').replaceAll('•', '\\267')
  return `BT /F${bold ? 2 : 1} ${size} Tf ${x} ${y} Td (${escaped}) Tj ET`
}

function fileOf(objects: readonly string[]): Uint8Array {
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return `${String(at).padStart(10, '0')} 00000 n \n`
  })
  const size = objects.length + 1
  return new TextEncoder().encode(
    `${text}xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`,
  )
}

/** Lines below each other, each as cells at these places. */
export const rows = (at: readonly number[], cells: readonly (readonly string[])[], top = 700): PdfText[] =>
  cells.flatMap((row, i) => row.map((text, k): PdfText => [at[k] ?? 0, top - 16 * i, text]))
