import { caseSurnames } from './casing.ts'
import { type Field, stateFields } from './field.ts'
import type { Place } from './place.ts'
import { type Profile, readNewest, readText } from './profile.ts'
import { close, splitOutside } from './wording.ts'

const PEOPLE = 'People and Society'
const NUMBER = /^[-\d.,]+/

const POPULATION: readonly Field[] = [
  {
    path: [PEOPLE, 'Population'],
    label: 'Population',
    when: NUMBER,
    sentence: (value, place) => `The population of ${place.name} is ${value}`,
  },
  {
    path: [PEOPLE, 'Population growth rate'],
    label: 'Population growth',
    when: NUMBER,
    sentence: (value, place) => `The population growth rate of ${place.name} is ${value}`,
  },
  {
    path: [PEOPLE, 'Urbanization', 'urban population'],
    label: 'Urban population',
    when: NUMBER,
    sentence: (value, place) =>
      value.replace('of total population', `of the population of ${place.name} lives in cities`),
  },
]

const COMMUNITIES: readonly Field[] = [
  { path: [PEOPLE, 'Ethnic groups'], label: 'Ethnic groups in' },
  { path: [PEOPLE, 'Languages'], label: 'Languages' },
  { path: [PEOPLE, 'Religions'], label: 'Religions in', names: 'prose' },
]

/** "33.7 years: 32.5 years for men and 34.9 years for women (2015 est.)", where the source has all three. */
const bySex = (profile: Profile, path: readonly string[], total: string): string | undefined => {
  const [all, men, women] = [total, 'male', 'female'].map((name) => readNewest(profile, [...path, name]))
  if (all === undefined || men === undefined || women === undefined) return all
  const date = /^(.*?)( \([^)]*\))?$/.exec(women)
  return `${all}: ${men} for men and ${date?.[1] ?? women} for women${date?.[2] ?? ''}`
}

const nationality = (profile: Profile, place: Place): string[] => {
  const noun = readText(profile, [PEOPLE, 'Nationality', 'noun'])
  const adjective = readText(profile, [PEOPLE, 'Nationality', 'adjective'])
  if (noun === undefined || /^(see|none)\b/.test(noun)) return []
  const plural = noun.replace(/\((s|es)\)/g, '$1')
  const suffix =
    adjective === undefined || plural.startsWith(adjective) ? '' : `; the adjective is ${adjective}`
  return [close(`The people of ${place.name} are called ${plural}${suffix}`)]
}

const cities = (profile: Profile, place: Place): string[] => {
  const value = readText(profile, [PEOPLE, 'Major urban areas - population'])
  if (value === undefined) return []
  const items = splitOutside(caseSurnames(value, true), ';')
  return [close(`Largest cities of ${place.name} by population: ${items.join('; ')}`)]
}

const lifespan = (profile: Profile, place: Place): string[] => {
  const age = bySex(profile, [PEOPLE, 'Median age'], 'total')
  const life = bySex(profile, [PEOPLE, 'Life expectancy at birth'], 'total population')
  const literacy = bySex(profile, [PEOPLE, 'Literacy'], 'total population')
  return [
    age && `The median age in ${place.name} is ${age}`,
    life && `Life expectancy at birth in ${place.name} is ${life}`,
    literacy && `The literacy rate of ${place.name} is ${literacy}`,
  ].flatMap((statement) => (statement ? [close(statement)] : []))
}

/** Who lives there, what they speak and believe, and how long they live. */
export const statePeople = (profile: Profile, place: Place): string[][] => [
  [...stateFields(profile, POPULATION, place), ...nationality(profile, place), ...cities(profile, place)],
  stateFields(profile, COMMUNITIES, place),
  lifespan(profile, place),
]
