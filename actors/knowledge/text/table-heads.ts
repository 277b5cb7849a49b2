/** What the cells of a table say about its head, where nothing marks it. */
type Texts = readonly string[]

const MONTH = '(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])\\p{L}{0,6}\\.?'
const DAY = '(?:\\p{L}{2,10}\\.?,? )?'
/** Names with digits that columns have, by kinds: "2024", "1 May", "Jan 24", "2024-05-01", "Q1", "Q1 2024", "A100", "Week 12". */
const NAMES = [
  /^(?:19|20)\d\d(?:[/–-]\d{2,4})?$/u,
  new RegExp(
    `^${DAY}(?:\\d{1,2}(?:st|nd|rd|th|\\.)?[ -]?${MONTH}(?:[ -]\\d{2,4})?|${MONTH}[ '’-]?\\d{1,4}(?:,? \\d{4})?)$`,
    'iu',
  ),
  new RegExp(
    `^${DAY}(?:\\d{4}-\\d\\d(?:-\\d\\d)?|\\d{1,2}[./]\\d{1,2}[./](?:\\d{2,4})?|\\d{1,2}/\\d{1,2})$`,
    'u',
  ),
  /^(?:[QH]\d[ /'’-]*\d{2,4}|\d{4}[ /-]?[QH]\d)$/iu,
  /^\p{L}[\p{L} ]{0,20}[ -]?\d{1,4}\p{L}?$/u,
]
/** Longer texts are no names of columns. */
const NAME_CHARS_MAX = 40

/** Which kind of a name with digits a cell is; -1 for none. */
function kindOf(text: string): number {
  return text.length > NAME_CHARS_MAX ? -1 : NAMES.findIndex((kind) => kind.test(text))
}

/** Whether a cell may name a column, though it has digits. */
export function isNumberedName(text: string): boolean {
  return kindOf(text) >= 0
}

/**
 * Whether the first row names its columns, though it has digits: "Employee", "1 May", "2 May" above shifts. Such names stand beside each
 * other, are of one kind, and no cell below them is of that kind; or they are amounts ("10 GB", "50 GB") of another unit than all below.
 */
export function namesColumns(rows: readonly Texts[]): boolean {
  const [first = [], ...below] = rows
  const [corner = '', ...names] = first
  const at = names.flatMap((name, i) => (/\d/u.test(name) ? [i + 1] : []))
  const [from = 0] = at
  const apart = at.some((column, i) => column !== from + i)
  if (below.length === 0 || at.length < 2 || apart || /\d/u.test(corner)) return false
  if (names.some((name) => name === '' || name.length > NAME_CHARS_MAX)) return false
  if (corner.length > NAME_CHARS_MAX || new Set(names).size < names.length) return false
  const numbered = at.map((column) => first[column] ?? '')
  const kind = kindOf(numbered[0] ?? '')
  if (kind < 0 || numbered.some((name) => kindOf(name) !== kind)) return isOfAmounts(at, numbered, below)
  const values = below.flatMap((row) => at.map((column) => row[column] ?? ''))
  const isOfKind = (text: string) => kindOf(text) === kind
  // Some figures look like years, but others beside them do not. Terms ("Ana", "2019", "2020") are all years.
  const years = kind === 0 && numbered.every((name, i) => i === 0 || Number(name) === Number(numbered[0]) + i)
  return !values.some(isOfKind) || (years && values.some((value) => isNumber(value) && !isOfKind(value)))
}

/** "Plan", "10 GB", "50 GB" above "Basic", "5 EUR", "9 EUR". */
function isOfAmounts(at: readonly number[], amounts: Texts, below: readonly Texts[]): boolean {
  const units = new Set(amounts.map(unitOf))
  const own = new Set(below.flatMap((row) => at.map((column) => unitOf(row[column] ?? ''))))
  return (
    below.length > 1 &&
    units.size === 1 &&
    own.size === 1 &&
    !units.has('') &&
    ![...own].some((one) => units.has(one))
  )
}

/** What stands beside the number; nothing without one. */
function unitOf(text: string): string {
  return /^\d[\d.,]* ?(\p{L}{1,4}|[%€$£])$/u.exec(text)?.[1] ?? ''
}

/** Words that name a column of a table of two, and are never what a form says of its first field. */
const COLUMN_NAMES =
  /^(?:abbreviation|acronym|answer|capital|city|code|country|definition|description|details|employee|explanation|extension|field|function|item|key|language|meaning|measure|metric|milestone|name|option|parameter|person|phone|question|responsible|role|room|setting|symbol|target|task|term|value|word|abkürzung|antwort|aufgabe|bedeutung|begriff|beschreibung|definition|erklärung|frage|hauptstadt|kürzel|land|ort|person|raum|rolle|stadt|telefon|wert|zuständig)s?$/iu

export function namesColumn(text: string): boolean {
  return COLUMN_NAMES.test(text)
}

const DATE = new RegExp(
  `^(?:\\d{4}-\\d\\d-\\d\\d|\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}|\\d{1,2}\\.? ${MONTH}(?: \\d{4})?)$`,
  'iu',
)
const AMOUNT = /^(?:(?:\p{Lu}{3}|[€$£]) ?)?\d[\d.,]*(?: ?(?:\p{L}{1,4}|[%€$£]))?$/u

export function isNumber(text: string): boolean {
  return /^[+-]?\d[\d.,]*%?$/u.test(text)
}

/** "3.50 EUR", "2.80 EUR". */
export function isOfOneUnit(texts: Texts): boolean {
  const units = new Set(texts.map(unitOf))
  return units.size === 1 && !units.has('')
}

export function isDate(text: string): boolean {
  return DATE.test(text)
}

/** Whether the first row of two columns names them: "Term", "Meaning", or a name above figures that are alike, as "Price" is. */
export function namesPair(rows: readonly Texts[]): boolean {
  const [first = [], ...below] = rows
  if (first.every((text) => COLUMN_NAMES.test(text)) && new Set(first).size === 2) return true
  if (first.some((text) => /\d/u.test(text))) return false
  if (below.every(([name = '']) => /\d/u.test(name))) return true
  return !isOfFields(rows) && below.every(([, value = '']) => /\d/u.test(value))
}

/** Whether two columns have the fields of one thing, and no column of one kind: "Start", "1 May 2024" above "Budget", "40,000 EUR". */
export function isOfFields(rows: readonly Texts[]): boolean {
  const values = rows.map(([, value = '']) => value)
  return values.some((value) => DATE.test(value)) && values.some((value) => AMOUNT.test(value))
}

/** "12 March 2024", "40,000 EUR", "14:30", "INV-2024-117", "ana@example.com", and no name of a column as "2024" or "Budget 2024". */
function isFieldValue(text: string): boolean {
  if (text.length > NAME_CHARS_MAX) return false
  if (isDate(text)) return true
  return !isNumberedName(text) && (AMOUNT.test(text) || CODE.test(text) || /^[^\s@]+@[^\s@]+$/u.test(text))
}

const CODE = /^[\p{Lu}+]{0,6}[-/ ]?\p{N}[\p{N}.:/ -]*$/u

/**
 * Whether each row has several fields, a label and its value: "Reported by", "Anna Berg", "Date", "12 March 2024". Labels end in a
 * colon; or none has digits, none stands twice, and values with digits and others stand below each other, of which the first row has one
 * that can't name a column, and none that does.
 */
export function isForm(rows: readonly Texts[]): boolean {
  const [first = []] = rows
  const width = first.length
  if (width < 4 || width > 8 || width % 2 !== 0 || rows.some((row) => row.length !== width)) return false
  const pairs = rows.flatMap((row) =>
    row.flatMap((label, i) => (i % 2 === 0 ? [{ label, value: row[i + 1] ?? '', i }] : [])),
  )
  const filled = pairs.filter(({ label, value }) => label !== '' || value !== '')
  if (filled.length === 0 || filled.some(({ label }) => label === '' || label.length > NAME_CHARS_MAX))
    return false
  if (filled.every(({ label }) => /[:：]$/u.test(label))) return true
  if (rows.length < 2 || filled.some(({ label }) => /\d|[.!?]$/u.test(label))) return false
  if (new Set(filled.map(({ label }) => label)).size < filled.length) return false
  return !mayNameColumns(first) && isMixed(pairs)
}

/** Whether a row with digits may name columns: "Name", "Budget 2024", "City", "Room", or "Employee", "1 May", "Remark", "2 May". */
function mayNameColumns(first: Texts): boolean {
  const values = first.filter((_, i) => i % 2 === 1)
  if (!values.some(isFieldValue) || values.some((value) => COLUMN_NAMES.test(value))) return true
  if (values.some((value) => /\d/u.test(value) && !isFieldValue(value))) return true
  return values.every(isFieldValue) && COLUMN_NAMES.test(first[0] ?? '')
}

/** Whether values with digits and others stand below each other. */
function isMixed(pairs: readonly { readonly value: string; readonly i: number }[]): boolean {
  const isFigure = (value: string) => /\d/u.test(value)
  const figures = new Set(pairs.filter(({ value }) => isFigure(value)).map(({ i }) => i))
  return pairs.some(({ value, i }) => value !== '' && !isFigure(value) && figures.has(i))
}
