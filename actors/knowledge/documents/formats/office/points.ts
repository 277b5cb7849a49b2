import type { Archive } from './archive.ts'
import { elementsOf, within } from './elements.ts'

/** The texts of a drawing of boxes (SmartArt), which stand in a part of their own. @throws SyntaxError */
export async function pointsOf(archive: Archive, part: string): Promise<string[]> {
  const top = await elementsOf(archive, part)
  return within(top, 'pt').flatMap((point) => {
    const text = within(point, 't')
      .flatMap((own) => within(own, 't'))
      .map(({ children: [value] }) => (typeof value === 'string' ? value : ''))
      .join('')
    return text.trim() === '' ? [] : [text]
  })
}
