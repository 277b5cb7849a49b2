import { type Profile, readText } from './profile.ts'

/** What a document is about. */
export interface Place {
  /** As a title: `Netherlands`. */
  readonly title: string
  /** Inside a sentence: `the Netherlands`. */
  readonly name: string
  /** At the start of a sentence: `The Netherlands`. */
  readonly opening: string
  /** `netherlands.md` */
  readonly fileName: string
}

/** Titles for profiles whose short form is missing, "none" or not what people call the place. */
const TITLES: Readonly<Record<string, string>> = {
  cc: 'Curacao',
  cf: 'Republic of the Congo',
  cg: 'Democratic Republic of the Congo',
  ct: 'Central African Republic',
  dr: 'Dominican Republic',
  ee: 'European Union',
  fk: 'Falkland Islands',
  fm: 'Micronesia',
  io: 'British Indian Ocean Territory',
  oo: 'Southern Ocean',
  sh: 'Saint Helena, Ascension, and Tristan da Cunha',
  sk: 'Sint Maarten',
  sv: 'Svalbard',
  um: 'United States Pacific Island Wildlife Refuges',
  vq: 'United States Virgin Islands',
  vt: 'Vatican City',
  xo: 'Indian Ocean',
  xq: 'Arctic Ocean',
  zh: 'Atlantic Ocean',
  zn: 'Pacific Ocean',
  ae: 'United Arab Emirates',
}

const TAKES_ARTICLE =
  /\b(Islands|Ocean|Republic|Lands|Refuges|Union|Emirates|Maldives|Philippines|Netherlands|Seychelles|Comoros|Gaza Strip|West Bank|United Kingdom|United States|Territory|Isle of Man|Holy See|of the Congo)$/

const fileStem = (title: string): string =>
  title
    .normalize('NFD')
    .replace(/[\u0300-\u036f']/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/**
 * Names the place a profile describes.
 * @param code the two-letter code the source names its files by (`ci` is Chile)
 * @returns undefined for a profile that names no place
 */
export const placeOf = (code: string, profile: Profile): Place | undefined => {
  const short = readText(profile, ['Government', 'Country name', 'conventional short form'])
  const named = TITLES[code] ?? short
  if (named === undefined || named === 'none') return undefined
  const title = named.replace(/^The /, '')
  const article = named.startsWith('The ') || TAKES_ARTICLE.test(title)
  return {
    title,
    name: article ? `the ${title}` : title,
    opening: article ? `The ${title}` : title,
    fileName: `${fileStem(title)}.md`,
  }
}
