import { caseSurnames } from './casing.ts'
import { type Field, stateFields } from './field.ts'
import type { Place } from './place.ts'
import { type Profile, readText } from './profile.ts'
import { apartNote, close, splitOutside, upperFirst, withArticle } from './wording.ts'

const GOVERNMENT = 'Government'
const EXECUTIVE = [GOVERNMENT, 'Executive branch']
const DATE =
  /^(\d{1,2} )?(January|February|March|April|May|June|July|August|September|October|November|December) \d{3,4}\b/

const STATE: readonly Field[] = [
  {
    path: [GOVERNMENT, 'Country name', 'former'],
    label: 'Former names',
    when: /^(?!none|note|sometimes)/,
    sentence: (value, place) => `${place.opening} was formerly called ${value}`,
  },
  { path: [GOVERNMENT, 'Country name', 'note'], label: 'Name', names: 'prose' },
]

const RULE: readonly Field[] = [
  { path: [GOVERNMENT, 'Dependency status'], label: 'Dependency status' },
  {
    path: [GOVERNMENT, 'Government type'],
    label: 'Government type',
    when: /^([a-z][a-z -]* )?(republic|democracy|monarchy|federation|confederation|emirate|sultanate)(?= ?[;,(]|$)/,
    sentence: (value, place) =>
      `${place.opening} is governed as ${/^[aeiou](?! )/.test(value) ? 'an' : 'a'} ${value.replace(/^an? /, '')}`,
  },
  {
    path: [GOVERNMENT, 'Capital', 'name'],
    label: 'Capital',
    sentence: (value, place) => `The capital of ${place.name} is ${value}`,
  },
  { path: [GOVERNMENT, 'Capital'], label: 'Capital' },
]

const HISTORY: readonly Field[] = [
  {
    path: [GOVERNMENT, 'Independence'],
    label: 'Independence',
    when: DATE,
    sentence: (value, place) =>
      `${place.opening} became independent ${/^\d/.test(value) ? 'on' : 'in'} ${value}`,
    names: 'prose',
  },
  {
    path: [GOVERNMENT, 'National holiday'],
    label: 'National holiday',
    when: /^(?!none|note|the UK )/,
    sentence: (value, place) => `The national holiday of ${place.name} is ${value}`,
    names: 'prose',
  },
]

const LAW: readonly Field[] = [
  { path: [GOVERNMENT, 'Constitution'], label: 'Constitution', names: 'prose' },
  { path: [GOVERNMENT, 'Legal system'], label: 'Legal system' },
  {
    path: [GOVERNMENT, 'Suffrage'],
    label: 'Voting in',
    when: /^\d+(-\d+)? years of age/,
    sentence: (value, place) => `The voting age in ${place.name} is ${value.replace(' of age', '')}`,
  },
]

const HEADS: readonly Field[] = [
  {
    path: [...EXECUTIVE, 'chief of state'],
    label: 'Chief of state',
    when: /^(\p{Lu}|president|prime minister)/u,
    sentence: (value, place) => `The chief of state of ${place.name} is ${value}`,
    names: 'people',
  },
  {
    path: [...EXECUTIVE, 'head of government'],
    label: 'Head of government',
    when: /^(\p{Lu}|president|prime minister)/u,
    sentence: (value, place) => `The head of government of ${place.name} is ${value}`,
    names: 'people',
  },
]

/** For presidents who are both, one statement instead of the same words twice. */
const BOTH: readonly Field[] = [
  {
    path: [...EXECUTIVE, 'chief of state'],
    label: 'Chief of state and head of government',
    when: /^(\p{Lu}|president|prime minister)/u,
    sentence: (value, place) => `The chief of state and head of government of ${place.name} is ${value}`,
    names: 'people',
  },
]

const POWERS: readonly Field[] = [
  {
    path: [...EXECUTIVE, 'elections/appointments'],
    label: 'Choice of the government',
    sentence: (value, place) => `How the government of ${place.name} is chosen: ${value}`,
    names: 'prose',
  },
  {
    path: [GOVERNMENT, 'Legislative branch', 'description'],
    label: 'Legislature',
    when: /^(\.|the )?(unicameral|bicameral|tricameral)/,
    sentence: (value, place) =>
      `The legislature of ${place.name} is the ${value.replace(/^(\.|the )/, '').replace(/^([^(]*?),? consists of /, '$1, which consists of ')}`,
  },
]

const FLAG: readonly Field[] = [
  { path: [GOVERNMENT, 'Flag description'], label: 'Flag', names: 'prose' },
  { path: [GOVERNMENT, 'Flag description', 'note'], label: 'Note on the flag', names: 'prose' },
]

const names = (profile: Profile, place: Place): string[] => {
  const name = (form: string): string | undefined => {
    const value = readText(profile, [GOVERNMENT, 'Country name', form])
    return value === undefined || value === 'none' ? undefined : apartNote(value).main
  }
  const long = name('conventional long form')
  const short = name('conventional short form')
  const local = name('local long form') ?? name('local short form')
  const statements: string[] = []
  if (long !== undefined && long !== place.title)
    statements.push(`The official name of ${place.name} is ${withArticle(long)}`)
  if (short !== undefined && short.replace(/^The /, '') !== place.title)
    statements.push(`${place.opening} is also known as ${short}`)
  if (local !== undefined && local !== long && local !== place.title)
    statements.push(`The local name of ${place.name} is ${local}`)
  return statements.map(close)
}

/** "15 regions (...)" from the source's text, then each named list beside it ("regions", "cities"). */
const divisions = (profile: Profile, place: Place): string[] => {
  const path = [GOVERNMENT, 'Administrative divisions']
  const government = profile[GOVERNMENT] as Record<string, unknown> | undefined
  const node = government?.['Administrative divisions'] as Record<string, unknown> | undefined
  if (node === undefined) return []
  const statements: string[] = []
  const main = readText(profile, path)
  if (main !== undefined) statements.push(`Administrative divisions of ${place.name}: ${main}`)
  for (const part of Object.keys(node)) {
    if (part === 'text' || part.startsWith('note')) continue
    const list = readText(profile, [...path, part])
    if (list !== undefined)
      statements.push(`${upperFirst(part)} ${/^\p{Lu}/u.test(part) ? 'in' : 'of'} ${place.name}: ${list}`)
  }
  return statements.map(close)
}

const heads = (profile: Profile, place: Place): string[] => {
  const leader = (role: string): string | undefined => {
    const value = readText(profile, [...EXECUTIVE, role])
    return value === undefined ? undefined : apartNote(value).main
  }
  const same = leader('chief of state') === leader('head of government')
  return stateFields(profile, same ? BOTH : HEADS, place)
}

/** "huemul, condor; national colors: red, white" is two facts. */
const symbols = (profile: Profile, place: Place): string[] => {
  const value = readText(profile, [GOVERNMENT, 'National symbol(s)'])
  if (value === undefined) return []
  const [emblem, colors] = value.split(/[;:,]? ?national colors?: /)
  const statements: string[] = []
  if (emblem !== undefined && emblem !== '') {
    const many = splitOutside(emblem, ',').length > 1
    statements.push(`The national symbol${many ? 's' : ''} of ${place.name} ${many ? 'are' : 'is'} ${emblem}`)
  }
  if (colors !== undefined && colors !== '')
    statements.push(`The national colors of ${place.name} are ${colors}`)
  return statements.map(close)
}

/** Values that stand where the source names a lyricist or composer. */
const NO_PERSON = /\b(traditional|collective|multiple|no lyrics)(\/|$)/

const anthem = (profile: Profile, place: Place): string[] => {
  const part = (name: string): string | undefined => {
    const value = readText(profile, [GOVERNMENT, 'National anthem', name])
    return value === undefined ? undefined : caseSurnames(value, name === 'lyrics/music')
  }
  const [title, authors, note] = [part('name'), part('lyrics/music'), part('note')]
  const statements: string[] = []
  if (title !== undefined) statements.push(`The national anthem of ${place.name} is ${title}`)
  if (authors !== undefined) {
    const [lyrics, music, ...more] = authors
      .replace('lyrics/music: ', '')
      .replaceAll('unknown', 'an unknown author')
      .split('/')
    statements.push(
      lyrics !== undefined && music !== undefined && more.length === 0 && !NO_PERSON.test(authors)
        ? `The national anthem of ${place.name} has lyrics by ${lyrics} and music by ${music}`
        : `Lyrics and music of the national anthem of ${place.name}: ${authors.replace('lyrics/music: ', '')}`,
    )
  }
  if (note !== undefined) statements.push(`Note on the national anthem of ${place.name}: ${note}`)
  return statements.map(close)
}

/** Names, capital, constitution, who governs, and the national emblems. */
export const stateGovernment = (profile: Profile, place: Place): string[][] => [
  [...names(profile, place), ...stateFields(profile, STATE, place)],
  [...stateFields(profile, RULE, place), ...stateFields(profile, HISTORY, place)],
  divisions(profile, place),
  stateFields(profile, LAW, place),
  heads(profile, place),
  stateFields(profile, POWERS, place),
  stateFields(profile, FLAG, place),
  symbols(profile, place),
  anthem(profile, place),
]
