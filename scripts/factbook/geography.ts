import { type Field, stateFields } from './field.ts'
import type { Place } from './place.ts'
import { type Profile, readText } from './profile.ts'
import { close, enumerate, splitOutside, withArticle } from './wording.ts'

const GEOGRAPHY = 'Geography'

/** "Nevado Ojos del Salado 6,880 m" reads better as "Nevado Ojos del Salado at 6,880 m". */
const withHeight = (value: string): string => {
  const match = /^([^;]*?[^\s;-]) (-?\d[\d,.]* m)\b(.*)$/.exec(value)
  return match ? `${withArticle(match[1] ?? '')} at ${match[2]}${match[3]}` : value
}

const coast = (value: string, place: Place): string => {
  if (/^0 km/.test(value)) {
    const reason = value.includes('(') ? ` ${value.slice(value.indexOf('('))}` : ''
    return `${place.opening} has no coastline${reason}`
  }
  return /^[\d.,]+ (million )?km/.test(value)
    ? `The coastline of ${place.name} is ${value.replace(/km\b/, 'km long')}`
    : `Coastline of ${place.name}: ${value}`
}

const LOCATION: readonly Field[] = [
  {
    path: [GEOGRAPHY, 'Location'],
    label: 'Location',
    when: /^(\p{Lu}|interior|north-eastern|south Central)/u,
    sentence: (value, place) =>
      `${place.opening} is located in ${/^(Middle East|Caribbean)\b/.test(value) ? 'the ' : ''}${value}`,
  },
]

const EXTENT: readonly Field[] = [
  {
    path: [GEOGRAPHY, 'Area', 'note'],
    label: 'Note on the area',
    when: /^(includes|excludes|does not include|comprises|consists)\b/,
    sentence: (value, place) => `The area of ${place.name} ${value}`,
  },
  {
    path: [GEOGRAPHY, 'Area - comparative'],
    label: 'Size',
    when: /^(about|slightly|more|less|almost|nearly|roughly|approximately|twice|three|smaller|larger|half|two|four|five)/,
    sentence: (value, place) => `${place.opening} is ${value}`,
  },
]

const COAST: readonly Field[] = [
  { path: [GEOGRAPHY, 'Coastline'], label: 'Coastline', sentence: coast },
  { path: [GEOGRAPHY, 'Coastline', 'total'], label: 'Coastline', sentence: coast },
]

const CLIMATE_START =
  /^(mostly|generally|principally|predominantly|mainly|primarily|humid|hot|warm|mild|cool|cold|dry|wet|harsh|tropical|subtropical|sub-tropical|temperate|arid|semiarid|desert|equatorial|Mediterranean|marine|maritime|continental|polar|arctic|subarctic|Antarctic|monsoonal|varies|ranges)\b/

const LAND: readonly Field[] = [
  {
    path: [GEOGRAPHY, 'Climate'],
    label: 'Climate',
    when: CLIMATE_START,
    sentence: (value, place) =>
      `The climate of ${place.name} ${/^(varies|ranges)/.test(value) ? '' : 'is '}${value}`,
  },
  { path: [GEOGRAPHY, 'Terrain'], label: 'Terrain' },
  {
    path: [GEOGRAPHY, 'Elevation extremes', 'highest point'],
    label: 'Highest point',
    sentence: (value, place) => `The highest point of ${place.name} is ${withHeight(value)}`,
  },
  {
    path: [GEOGRAPHY, 'Elevation extremes', 'lowest point'],
    label: 'Lowest point',
    sentence: (value, place) => `The lowest point of ${place.name} is ${withHeight(value)}`,
  },
]

const NATURE: readonly Field[] = [
  {
    path: [GEOGRAPHY, 'Natural resources'],
    label: 'Natural resources',
    when: /^(?!none|negligible|minimal|some|little|few|limited|no |note|arable)/,
    sentence: (value, place) => `The natural resources of ${place.name} include ${value}`,
  },
  { path: [GEOGRAPHY, 'Natural hazards'], label: 'Natural hazards in' },
  { path: [GEOGRAPHY, 'Natural hazards', 'volcanism'], label: 'Volcanoes in' },
  { path: [GEOGRAPHY, 'Environment - current issues'], label: 'Environmental problems in' },
  { path: [GEOGRAPHY, 'Geography - note'], label: 'Geography', names: 'prose' },
]

const area = (profile: Profile, place: Place): string[] => {
  const part = (name: string): string | undefined => readText(profile, [GEOGRAPHY, 'Area', name])
  const total = part('total')
  if (total === undefined) return []
  const [land, water] = [part('land'), part('water')]
  const whole = land !== undefined && water !== undefined && !/[;(]/.test(`${total}${land}${water}`)
  const detail = whole ? `: ${land} of land and ${water} of water` : ''
  return [close(`The total area of ${place.name} is ${total}${detail}`)]
}

/** Fields the source splits by island or region ("metropolitan France", "Ascension Island"). */
const byPart = (profile: Profile, name: string, place: Place): string[] => {
  const geography = profile[GEOGRAPHY] as Record<string, unknown> | undefined
  const parts = Object.keys((geography?.[name] ?? {}) as Record<string, unknown>)
  return parts.flatMap((part) => {
    if (/^(text|note|total|land|water|volcanism)$/.test(part)) return []
    const value = readText(profile, [GEOGRAPHY, name, part])
    const where = part.includes(place.title) ? part : `${part} (${place.title})`
    return value === undefined ? [] : [close(`${name} of ${where}: ${value}`)]
  })
}

const borders = (profile: Profile, place: Place): string[] => {
  const total = readText(profile, [GEOGRAPHY, 'Land boundaries', 'total'])
  const countries = readText(profile, [GEOGRAPHY, 'Land boundaries', 'border countries'])
  const length = /^[\d.,]+ (km|m)$/.test(total ?? '') ? `${total} of ` : ''
  // Without a total the list belongs to one part only (French Guiana overwrote metropolitan France).
  if (countries === undefined || total === undefined) return []
  const neighbours = splitOutside(countries, ',').map((item) =>
    item.replace(/^(\D+?) ([\d,.]+ (?:km|m))$/, '$1 ($2)'),
  )
  return [close(`${place.opening} shares ${length}land borders with ${enumerate(neighbours)}`)]
}

/** Where a place is, how large, what it borders, its land and its weather. */
export const stateGeography = (profile: Profile, place: Place): string[][] => [
  [
    ...stateFields(profile, LOCATION, place),
    ...area(profile, place),
    ...stateFields(profile, EXTENT, place),
    ...borders(profile, place),
    ...stateFields(profile, COAST, place),
    ...byPart(profile, 'Coastline', place),
  ],
  [
    ...stateFields(profile, LAND, place),
    ...byPart(profile, 'Climate', place),
    ...byPart(profile, 'Terrain', place),
  ],
  stateFields(profile, NATURE, place),
]
