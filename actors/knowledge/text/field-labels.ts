import { isDate, isNumber, namesColumn } from './table-heads.ts'

type Texts = readonly string[]

/** Longer texts label nothing. */
const LABEL_CHARS_MAX = 40

/** What forms call their fields; words before it say which one: "Name", "Staff no.", "Account holder". */
const LABEL = new RegExp(
  `^(?:[\\p{L}.'’/&-]{1,20} ){0,3}(?:${[
    'account|address|age|amount|applicant|approver|architect|artist|assignee|author|balance|bank|bic|birthday|borrower',
    'brand|brokers?|budget|building|buyer|capacity|cent(?:er|re)|client|code|colou?r|company|contact|contract|contractor|currency',
    'customer|date|deadline|department|dept\\.?|deposit|deputy|destination|diameter|dimensions|director|doctor|due|duration|e-?mail|editor',
    'employer|end|engineer|expiry|facsimile|fax|firm|floor|foreman|format|gender|height|holder|host|iban|id|industry|inspector|insurer',
    'invoice|isbn|issuer|landlord|language|length|lender|licen[cs]e|load|location|mail|mailing|maker|manager|manufacturer',
    'mileage|mobile|model|name|nationality|no\\.?|nr\\.?|number|operator|orderer|organi[sz]er|owner|patient|payee|payer|period|phase|phone|place|plate',
    'postcode|power|priority|profession|project|publisher|purpose|recipient|reference|ref\\.?|registration|reporter|result|room',
    'school|sector|seller|sender|sex|site|size|speaker|sponsor|start|status|street|subject|supervisor|supplier|surname|swift',
    'teacher|tel\\.?|telephone|tenant|time|title|topic|town|trainer|type|url|vat id|vendor|venue|version|website|weight|width|year built|zip',
    'abteilung|adresse|aktenzeichen|ansprechpartner(?:in)?|anschrift|arbeitgeber|architekt(?:in)?|arzt|auftraggeber(?:in)?|auftragnehmer(?:in)?',
    'baujahr|bauherr(?:in)?|bauleiter(?:in)?|bauvorhaben|beginn|betreff|datum|dauer|eigentümer(?:in)?|ende|farbe|firma|frist|geschlecht',
    'gewicht|handy|hersteller|höhe|inhaber(?:in)?|kaution|kennzeichen|kontakt|kostenstelle|kunde|kundin|länge|leiter(?:in)?',
    'leitung|lieferant|mieter(?:in)?|modell|nummer|ort|patient(?:in)?|plz|projekt|prüfer(?:in)?|stand|standort|straße|telefon',
    'typ|verfasser(?:in)?|verkäufer(?:in)?|vermieter(?:in)?|vertreter(?:in)?|währung|zeitraum|zimmer|zweck',
    'apellidos?|cliente?|correo|dirección|fecha|fournisseur|lieu|lugar|nombre|nom|prénom|proveedor|téléphone|teléfono',
    '\\p{L}{2,20}(?:adresse|beginn|datum|inhaber(?:in)?|leiter(?:in)?|name|nummer|nr\\.|zeitraum)',
  ].join('|')})$`,
  'iu',
)
/** "Checked by", "Valid until", "From / to". */
const OPEN_LABEL = /^\p{Lu}[\p{L}/ -]{0,25} (?:am|at|bis|by|durch|from|on|seit|since|to|until|von)$/u

/** Words that name a column of such labels, or what is said about each of them. */
const ABOUT =
  /^(?:action|allowed|comments?|cost|count|default|duties|example|explanation|format|hours|how|mandatory|meaning|note|notes|optional|permissions?|price|purpose|quantity|reason|remarks?|requirements?|required|responsibilit(?:y|ies)|rules?|salary|source|tasks?|total|units?|used for|visible|what|when|where|who|why)$/iu
/** What may name a column of roles, people or kinds. */
const KIND = /^(?:\p{L}+ )?(?:contact|kontakt|phase|priority|sector|status|title|typ|type)$/iu
/** "Ann Lee", "City of Kiel", "Krantech AG". */
const PROPER = /^\p{Lu}\S*(?: (?:of|the|de|von|van|der|und|and|&))* \p{Lu}/u

/** Whether a cell is what forms call a field: "Name", "Serial no.", "Checked by", "Kunde:". */
export function isFieldLabel(text: string): boolean {
  const own = text.replace(/\s*[:：]$/u, '')
  if (own.length > LABEL_CHARS_MAX || /\p{N}/u.test(own)) return false
  return LABEL.test(own) || OPEN_LABEL.test(own)
}

/** A value of a field, and no name of a column. */
function isOwnValue(text: string): boolean {
  return text !== '' && !isFieldLabel(text) && !namesColumn(text) && !ABOUT.test(text)
}

/** Different names without digits. */
function areNames(labels: Texts): boolean {
  if (labels.some((label) => label === '' || label.length > LABEL_CHARS_MAX)) return false
  return (
    !labels.some((label) => /\p{N}|[.!?]{2}$|[!?]$/u.test(label)) && new Set(labels).size === labels.length
  )
}

const LABELS_MAX = 60

/**
 * Whether two columns are the labels and the values of one thing, and no table with a head: "Client", "City of Kiel" above "Manager",
 * "Eva Lund". Half of the names are what forms call their fields, the first one is, and what stands beside it names no column.
 */
export function isOfLabels(rows: readonly Texts[]): boolean {
  const labels = rows.map(([label = '']) => label)
  const values = rows.map(([, value = '']) => value)
  const [label = '', ...others] = labels
  const [value = '', ...below] = values
  if (rows.length < 2 || rows.length > LABELS_MAX || rows.some(({ length }) => length !== 2)) return false
  if (!areNames(labels) || !isFieldLabel(label) || !isOwnValue(value)) return false
  const known = others.filter(isFieldLabel).length
  if (known === 0 || 2 * (known + 1) < rows.length) return false
  return !isColumn(value, below) && (!isWord(value) || isOfPlainWord(label, below, known === others.length))
}

function isWord(text: string): boolean {
  return /^\p{L}+$/u.test(text)
}

/** Values that stand below the name of their column: figures, or words that come again ("yes", "no", "yes"). */
function isColumn(value: string, below: Texts): boolean {
  const told = below.filter((text) => text !== '')
  if (told.length === 0) return true
  const isFigure = (text: string) => isNumber(text) && !/^0\d|^\d{5,}$/u.test(text)
  if (!/\p{N}/u.test(value) && told.every(isFigure) && (told.length > 1 || !PROPER.test(value))) return true
  if (/\p{N}/u.test(value)) return false
  if (!PROPER.test(value) && told.every((text) => /\p{N}/u.test(text)) && !told.every(isDate)) return true
  return told.length > 1 && 3 * new Set(told).size <= 2 * told.length
}

/** A word alone may name a column: then what stands below is of one kind. */
function isOfPlainWord(label: string, below: Texts, all: boolean): boolean {
  const told = below.filter((text) => text !== '')
  const figures = told.filter((text) => /\p{N}|@/u.test(text)).length
  if (figures > 0 && figures < told.length) return true
  if (told.every((text) => text.split(' ').length > 2)) return false
  return all && !KIND.test(label) && !namesColumn(label)
}

/** Whether each row has several fields, a label and its value, most of which are what forms call so: "Name", "Eva Lund", "Staff no.", "4711". */
export function isOfLabelPairs(rows: readonly Texts[]): boolean {
  const [first = []] = rows
  const width = first.length
  if (width < 4 || width > 8 || width % 2 !== 0 || rows.length > LABELS_MAX) return false
  const pairs = rows.flatMap((row) =>
    row.flatMap((label, i) => (i % 2 === 0 ? [{ label, value: row[i + 1] ?? '' }] : [])),
  )
  const filled = pairs.filter(({ label, value }) => label !== '' || value !== '')
  const labels = filled.map(({ label }) => label)
  if (rows.some((row) => row.length !== width) || !areNames(labels)) return false
  const known = labels.filter(isFieldLabel).length
  const heads = first.filter((_, i) => i % 2 === 0)
  if (3 * known < 2 * labels.length || known < 3 || !heads.every((text) => text === '' || isFieldLabel(text)))
    return false
  // What a form leaves open has no value.
  return !first.some((text, i) => i % 2 === 1 && text !== '' && !isOwnValue(text)) && !isOfDates(first)
}

/** "Name", "1 May", "Remark", "2 May" name columns. */
function isOfDates(first: Texts): boolean {
  return first.every((text, i) => i % 2 === 0 || isDate(text))
}
