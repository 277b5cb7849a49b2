import { type Field, stateFields } from './field.ts'
import type { Place } from './place.ts'
import { type Profile, readText } from './profile.ts'
import { close } from './wording.ts'

const ECONOMY = 'Economy'
const NUMBER = /^[-$\d.,]+/

const WEALTH: readonly Field[] = [
  {
    path: [ECONOMY, 'GDP (purchasing power parity)'],
    label: 'Gross domestic product (GDP)',
    when: NUMBER,
    sentence: (value, place) =>
      `The gross domestic product (GDP) of ${place.name} at purchasing power parity is ${value}`,
  },
  {
    path: [ECONOMY, 'GDP - per capita (PPP)'],
    label: 'GDP per capita',
    when: NUMBER,
    sentence: (value, place) => `The GDP per capita of ${place.name} is ${value}`,
  },
  {
    path: [ECONOMY, 'Unemployment rate'],
    label: 'Unemployment rate',
    when: NUMBER,
    sentence: (value, place) => `The unemployment rate in ${place.name} is ${value}`,
  },
  {
    path: [ECONOMY, 'Population below poverty line'],
    label: 'Poverty',
    when: NUMBER,
    sentence: (value, place) =>
      `The share of the population of ${place.name} that lives below the poverty line is ${value}`,
  },
  {
    path: [ECONOMY, 'Inflation rate (consumer prices)'],
    label: 'Inflation rate',
    when: NUMBER,
    sentence: (value, place) => `The inflation rate in ${place.name} is ${value}`,
  },
]

const TRADE: readonly Field[] = [
  { path: [ECONOMY, 'Agriculture - products'], label: 'Agricultural products' },
  { path: [ECONOMY, 'Industries'], label: 'Industries' },
  { path: [ECONOMY, 'Exports - commodities'], label: 'Exports' },
  { path: [ECONOMY, 'Exports - partners'], label: 'Export partners' },
  { path: [ECONOMY, 'Imports - commodities'], label: 'Imports' },
]

const CODES: readonly Field[] = [
  {
    path: ['Communications', 'Internet country code'],
    label: 'Internet country code',
    when: /^\./,
    sentence: (value, place) => `The internet country code of ${place.name} is ${value}`,
  },
]

const TRANSPORT: readonly Field[] = [
  {
    path: ['Transportation', 'Airports'],
    label: 'Airports',
    when: NUMBER,
    sentence: (value, place) =>
      `${place.opening} has ${value.replace(/^([\d,]+)/, (count) => `${count} airport${count === '1' ? '' : 's'}`)}`,
  },
  {
    path: ['Transportation', 'Railways', 'total'],
    label: 'Railways',
    when: NUMBER,
    sentence: (value, place) => `The railways of ${place.name} are ${value.replace(/km\b/, 'km long')}`,
  },
  {
    path: ['Transportation', 'Roadways', 'total'],
    label: 'Roads',
    when: NUMBER,
    sentence: (value, place) => `The roads of ${place.name} are ${value.replace(/km\b/, 'km long')}`,
  },
  { path: ['Transportation', 'Ports and terminals', 'major seaport(s)'], label: 'Major seaports' },
]

/** "Chilean pesos (CLP) per US dollar - ++ 568 (2014 est.)" names the currency before its rates. */
const currency = (profile: Profile, place: Place): string[] => {
  const value = readText(profile, [ECONOMY, 'Exchange rates'])
  const note = readText(profile, [ECONOMY, 'Exchange rates', 'note'])
  const unit = /^(.+?)[ -]+per (?:US )?dollar\b/.exec(value ?? '')?.[1]
  const statements: string[] = []
  if (unit !== undefined)
    statements.push(`The currency used in ${place.name} is ${unit.replace(/^euros\b/, 'the euro')}`)
  else if (value !== undefined && !value.startsWith('see entry'))
    statements.push(`Currency of ${place.name}: ${value}`)
  if (note !== undefined) statements.push(`Note on the currency of ${place.name}: ${note}`)
  return statements.map(close)
}

const callingCode = (profile: Profile, place: Place): string[] => {
  const value = readText(profile, ['Communications', 'Telephone system', 'international'])
  const code = /country code - (\d[\d-]*)/.exec(value ?? '')?.[1]
  return code === undefined ? [] : [close(`The international calling code of ${place.name} is ${code}`)]
}

/** What a place produces and trades, and its money. */
export const stateEconomy = (profile: Profile, place: Place): string[][] => [
  [...stateFields(profile, WEALTH, place), ...currency(profile, place)],
  stateFields(profile, TRADE, place),
]

/** Codes, roads, railways and ports. */
export const stateConnections = (profile: Profile, place: Place): string[][] => [
  [...callingCode(profile, place), ...stateFields(profile, CODES, place)],
  stateFields(profile, TRANSPORT, place),
]
