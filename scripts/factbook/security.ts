import { caseSurnames } from './casing.ts'
import { type Field, stateFields } from './field.ts'
import type { Place } from './place.ts'
import { type Profile, readText } from './profile.ts'
import { close, labelled, splitOutside, upperFirst } from './wording.ts'

const FORCES: readonly Field[] = [
  { path: ['Military', 'Military branches'], label: 'Armed forces' },
  { path: ['Military', 'Military service age and obligation'], label: 'Military service in' },
  {
    path: ['Military', 'Military expenditures'],
    label: 'Military spending',
    when: /^[\d.]+%/,
    sentence: (value, place) => `The military spending of ${place.name} is ${value}`,
  },
]

/** Each dispute is a clause of one long value; a list item of its own can be cited by its line. */
const disputes = (profile: Profile, place: Place): string[] => {
  const value = readText(profile, ['Transnational Issues', 'Disputes - international'])
  if (value === undefined) return []
  const items = splitOutside(caseSurnames(value).replaceAll('++', ';'), ';')
  const [first] = items
  if (items.length < 2) return first === undefined ? [] : [labelled('International disputes', place, first)]
  return [`International disputes of ${place.name}:`, ...items.map((item) => `- ${close(upperFirst(item))}`)]
}

/** The armed forces, then open disputes with other states. */
export const stateSecurity = (profile: Profile, place: Place): string[][] => [
  stateFields(profile, FORCES, place),
  disputes(profile, place),
]
