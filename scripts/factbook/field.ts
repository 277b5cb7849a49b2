import { caseSurnames } from './casing.ts'
import type { Place } from './place.ts'
import { newest, type Profile, readText } from './profile.ts'
import { apartNote, close, labelled, upperFirst } from './wording.ts'

/** How one field of a profile becomes one statement. */
export interface Field {
  readonly path: readonly string[]
  /** What the value is, for the form `Label of Chile: value.` */
  readonly label: string
  /** A whole sentence for values that {@link Field.when} accepts (default: every value but "none ..."). */
  readonly sentence?: (value: string, place: Place) => string
  readonly when?: RegExp
  /** Whether capital runs are surnames: in prose (acronyms stay) or in lists of people and cities. */
  readonly names?: 'prose' | 'people'
}

const stateMain = (field: Field, value: string, place: Place): string => {
  const fits = field.when ? field.when.test(value) : !/^(none|note|uninhabited)\b/i.test(value)
  if (field.sentence && fits) return close(field.sentence(value, place))
  return labelled(field.label, place, value)
}

/** The statement of one field, or undefined when the profile does not hold it. */
export const stateField = (profile: Profile, field: Field, place: Place): string | undefined => {
  const raw = newest(readText(profile, field.path))
  if (raw === undefined) return undefined
  const value = field.names ? caseSurnames(raw, field.names === 'people') : raw
  const { main, note } = apartNote(value)
  const statement = stateMain(field, main, place)
  return note === undefined ? statement : `${statement} Note: ${close(upperFirst(note))}`
}

/** The statements of several fields, in order, without those the profile does not hold. */
export const stateFields = (profile: Profile, fields: readonly Field[], place: Place): string[] =>
  fields.map((field) => stateField(profile, field, place)).filter((statement) => statement !== undefined)
