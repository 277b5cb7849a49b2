import { MONTHS } from './calendar.ts'

/** Which version of a document this is, as far as it says so itself. */
export interface Edition {
  /** 1 if it replaces another version, -1 if another has replaced it. */
  readonly standing: -1 | 0 | 1
  /** Since when it is valid, or its date, as a number like 20250701; a month or a day that is not given is 0. */
  readonly date: number | undefined
  /** "3.1": its number, part by part. */
  readonly version: readonly number[]
  /** Whether it says that it is a version: what it replaces, its number, or since when it is valid. Minutes and invoices don't. */
  readonly versioned: boolean
  /** What a question may name it by: numbers of its name, its title and its version, and year and month of its date. */
  readonly names: ReadonlySet<string>
}

const MONTH = `(?:${MONTHS.join('|')}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\\.?`
const DATES = [
  /(?<!\d)(?<year>(?:19|20)\d\d)[-/.年]\s?(?<month>\d{1,2})(?:[-/.月]\s?(?<day>\d{1,2}))?(?!\d)/u,
  /(?<!\d)(?<day>\d{1,2})\.\s?(?<month>\d{1,2})\.\s?(?<year>(?:19|20)\d\d)(?!\d)/u,
  new RegExp(
    `(?<!\\d)(?<day>\\d{1,2})(?:st|nd|rd|th)?\\s(?<month>${MONTH}),?\\s(?<year>(?:19|20)\\d\\d)`,
    'iu',
  ),
  new RegExp(
    `\\b(?<month>${MONTH})\\s(?:(?<day>\\d{1,2})(?:st|nd|rd|th)?,?\\s)?(?<year>(?:19|20)\\d\\d)`,
    'iu',
  ),
  /(?<!\d)(?<year>(?:19|20)\d\d)(?!\d)/u,
]

/** Words before the date since when a document counts, and before other dates of it. */
const VALID = dated(
  'valid|effective|in force|in effect|applies|applicable|as of|as at|version|edition|revised|updated',
)
const DATED = dated('dated?|published|modified|changed|reviewed|issued|adopted|approved|created')
const NEW = /\b(?:replaces|supersedes|replacing|superseding)\b|取代|代替/iu
const OLD =
  /\b(?:superseded|obsolete|outdated|out of date|withdrawn|archived|no longer (?:valid|in force|applies|current)|(?:has been|was|is) replaced|replaced by)\b|废止|失效/iu
const OLD_NAME = /(?:^|[^\p{L}])(?:old|archived?|obsolete|superseded|outdated|deprecated|former)(?![\p{L}])/iu
const VERSION = /(?<![\p{L}\p{N}])(?:v|version|rev|revision|edition)[\s._-]{0,2}(\d+(?:\.\d+){0,3})(?!\d)/iu

/** Reads name, title and the first lines of a document. */
export function editionOf(file: string, title: string, head: string): Edition {
  const named = `${file} ${title}`
  const valid = datedIn(head, VALID)
  const date = valid ?? datedIn(head, DATED) ?? dateIn(named)
  const version = (VERSION.exec(named) ?? VERSION.exec(head))?.[1]
  // Who replaces another version often says that the other is no longer valid.
  const standing = NEW.test(head) ? 1 : OLD.test(head) || OLD_NAME.test(named) ? -1 : 0
  const month = MONTHS[Math.floor(((date ?? 0) % 10_000) / 100) - 1]
  const year = date === undefined ? '' : String(date).slice(0, 4)
  return {
    standing,
    date,
    version: version === undefined ? [] : version.split('.').map(Number),
    versioned: standing !== 0 || version !== undefined || valid !== undefined,
    names: new Set([...editionNames(`${named} ${version ?? ''} ${month ?? ''}`), year]),
  }
}

/** The numbers and months in a text, such as a question. */
export function editionNames(text: string): string[] {
  const found = text.toLowerCase().match(NAMES) ?? []
  return found.map((name) => name.replace(/^0+(?=\d)/u, ''))
}

const NAMES = new RegExp(
  `\\d+(?:\\.\\d+)*|\\b(?:${MONTHS.filter((name) => name !== 'may').join('|')})\\b`,
  'gu',
)

/** Which of two versions is the newer: above 0 the first, below 0 the second, 0 if nothing tells. */
export function newer(a: Edition, b: Edition): number {
  if (a.standing !== b.standing) return a.standing - b.standing
  if (a.date !== undefined && b.date !== undefined && a.date !== b.date) return a.date - b.date
  if (a.version.length === 0 || b.version.length === 0) return 0
  for (let i = 0; i < Math.max(a.version.length, b.version.length); i += 1) {
    const difference = (a.version[i] ?? 0) - (b.version[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The title without what tells versions apart: "Price list 2024 (draft)" and "Price list 2025" are of one document. */
export function withoutEdition(title: string): string {
  return title
    .toLowerCase()
    .replace(SINCE_WHEN, ' ')
    .replace(EDITION_WORDS, ' ')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
}

/** "valid from March 2025", "effective 1 May", "since 2024". */
const SINCE_WHEN = new RegExp(
  `\\b(?:(?:valid|effective|in force|applicable|applies|starting|beginning|updated|issued|published|dated|approved|revised|amended|withdrawn|replaced|retired|expired)(?: (?:as of|from|since|until|till|to|on|in))?|(?:as of|from|since|until|till)(?= (?:\\d|${MONTHS.map((name) => name.slice(0, 3)).join('|')})))(?![\\p{L}])`,
  'giu',
)

const EDITION_WORDS = new RegExp(
  `\\b(?:${MONTH.replace('\\.?', '')}|v|rev|revision|version|edition|old|new|draft|final|archived?|current|latest|copy|obsolete|superseded|outdated|former)(?![\\p{L}])`,
  'giu',
)

/** Finds one of the words before a date. */
function dated(before: string): RegExp {
  const months = MONTHS.map((name) => name.slice(0, 3)).join('|')
  return new RegExp(`\\b(?:${before})\\b[^.\\n]{0,24}?(?=\\d|\\b(?:${months}))`, 'giu')
}

function datedIn(head: string, words: RegExp): number | undefined {
  for (const { index, 0: before } of head.matchAll(words)) {
    const date = dateIn(head.slice(index + before.length, index + before.length + DATE_CHARS))
    if (date !== undefined) return date
  }
  return undefined
}

const DATE_CHARS = 24

function dateIn(text: string): number | undefined {
  for (const form of DATES) {
    const { year, month = '0', day = '0' } = form.exec(text)?.groups ?? {}
    if (year === undefined) continue
    const name = month.slice(0, 3).toLowerCase()
    const number = /^\d/u.test(month) ? Number(month) : MONTHS.findIndex((one) => one.startsWith(name)) + 1
    return Number(year) * 10_000 + number * 100 + Number(day)
  }
  return undefined
}
