import { numerals } from '../../knowledge/text/numerals.ts'
import { simplified } from '../../knowledge/text/simplified.ts'
import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import { isUnspaced, pairTerms, type Word, words } from '../../knowledge/text/words.ts'
import type { AnswerKind } from './answer-kind.ts'
import { asksForSeveral, chineseKind, withoutAsking } from './chinese-question.ts'

/** One search term of the question. */
export interface QuestionTerm {
  readonly term: string
  /** As written. */
  readonly text: string
  /** Weight in the collection (inverse document frequency), at least 0. */
  readonly weight: number
  /** No passage holds it. */
  readonly unknown: boolean
  /** Written with a capital inside the question, or holding a digit: a name or number that an answer must be about. */
  readonly named: boolean
}

export interface Question {
  readonly text: string
  readonly kind: AnswerKind
  /** Asks for several things ("which countries", "what are"). */
  readonly list: boolean
  /** Content words in order, without repeats. */
  readonly terms: readonly QuestionTerm[]
  /** Stems of the words that name the thing asked for: in "How many seats …", seat; in "What city …", city. */
  readonly focus: readonly string[]
}

/** What reading a question needs from the collection. */
export interface TermWeights {
  weight(term: string): number
  frequency(term: string): number
}

const NUMBER_NOUNS =
  /^(?:population|number|amount|count|total|area|size|length|height|altitude|elevation|depth|width|weight|mass|speed|distance|temperature|age|rate|density|expectancy|score|budget|quantity|capacity|volume|ratio|frequency|limit|rank|population's|coastline|gdp)$/
const MONEY_NOUNS =
  /^(?:price|cost|fee|salary|revenue|income|budget|fine|profit|gdp|rent|wage|deposit|debt|worth)$/
const DATE_NOUNS =
  /^(?:year|date|day|month|century|decade|season|era|weekday|deadline|birthday|anniversary)s?$/
const PLACE_NOUNS =
  /^(?:country|city|town|state|place|location|continent|region|province|village|capital|county|district|area|street|island|river|ocean|sea|mountain|lake|nation|neighborhood|neighbourhood|borough|airport|address|venue|building|territory)$/
const PERSON_NOUNS =
  /^(?:person|man|woman|president|king|queen|author|actor|actress|singer|emperor|leader|director|artist|writer|composer|minister|player|scientist|philosopher|founder|inventor|musician|king|pope|general|architect|character|chief|premier|prime)$/
const DURATION_NOUNS = /^(?:period|duration|timespan|timeframe)$/
const QUANTITY_ADJECTIVES =
  /^(?:tall|high|far|big|large|deep|wide|heavy|fast|old|hot|cold|small|thick|close|near|great|warm|broad|low|quickly)$/

/** Plural words without a plural ending, and singular words with one. */
const SINGULAR_S = /(?:ss|us|is|ics|series|species|news|process|status|means)$/

const ARTICLE = /^(?:the|an?|my|your|our|this|it)$/
/** Verbs after "what" that no article need follow. */
const SINGULAR_VERB =
  /^(?:happens|comes|goes|stands|belongs|applies|counts|looks|leads|follows|deals|lies|depends|starts|ends|becomes|takes|gives|makes|keeps|holds|needs|means|costs|includes|contains|requires|remains|exists)$/

/** Reads a question: kind of answer, search terms with their weights, focus. An empty text has no terms. */
export function analyse(text: string, weights: TermWeights): Question {
  if (isUnspaced(text)) return analyseUnspaced(text, weights)
  const all = words(text)
  const forms = all.map((word) => word.form)
  const at = questionWord(forms)
  const { kind, focusAt } = kindOf(forms, at)
  return {
    text,
    kind,
    list: asksForList(forms, at, focusAt),
    terms: searchTerms(all, weights),
    focus: focusAt === undefined ? [] : focusTerms(all, focusAt),
  }
}

/** As `analyse`, of a question in a script without spaces: its characters, their pairs, and its numbers in digits are the terms. */
function analyseUnspaced(text: string, weights: TermWeights): Question {
  const asked = simplified(text)
  const all = words(withoutAsking(asked))
  const content = all.filter(({ form }) => !STOP_WORDS.has(form))
  const found = [...pairTerms(all), ...numerals(asked).filter((number) => weights.frequency(number) > 0)]
  const more = found.map((term) => ({ start: 0, end: 0, text: term, form: term, term }))
  return {
    text,
    kind: chineseKind(asked),
    list: asksForSeveral(asked),
    terms: searchTerms([...content, ...more], weights),
    focus: [],
  }
}

const ASKING = /^(?:who|whom|whose|when|where|why|how|what|which|whats|whos|wheres|whens|hows)$/

function questionWord(forms: readonly string[]): number {
  const at = forms.findIndex((form) => ASKING.test(form))
  // "When", "where", "who" and "which" inside a sentence may only join clauses: "Does it open when it rains?"
  return at > 0 && AUXILIARY.test(forms[0] as string) ? -1 : at
}

const AUXILIARY =
  /^(?:is|are|was|were|do|does|did|can|could|will|would|shall|should|has|have|had|may|must|am|isnt|doesnt|dont|cant)$/

interface Asked {
  readonly kind: AnswerKind
  /** Where the words for the thing asked for begin. */
  readonly focusAt: number | undefined
}

function kindOf(forms: readonly string[], at: number): Asked {
  if (at < 0) {
    return { kind: AUXILIARY.test(forms[0] ?? '') ? 'yes-no' : 'thing', focusAt: undefined }
  }
  const next = forms[at + 1] ?? ''
  switch ((forms[at] as string).replace(/s$/, '')) {
    case 'who':
    case 'whom':
    case 'whose':
      return { kind: 'person', focusAt: undefined }
    case 'when':
      return { kind: 'date', focusAt: undefined }
    case 'where':
      return { kind: 'place', focusAt: undefined }
    case 'why':
      return { kind: 'reason', focusAt: undefined }
    case 'how':
      return howKind(forms, at, next)
    default:
      return whatKind(forms, at, next)
  }
}

function howKind(forms: readonly string[], at: number, next: string): Asked {
  if (next === 'many') return { kind: 'number', focusAt: at + 2 }
  if (next === 'much') {
    const money = forms
      .slice(at + 2)
      .some((form) =>
        /^(?:cost|costs|pay|paid|price|earn|money|charge|sell|sold|spend|spent|worth|fee|tuition)$/.test(
          form,
        ),
      )
    return { kind: money ? 'money' : 'quantity', focusAt: at + 2 }
  }
  if (next === 'long') return { kind: 'duration', focusAt: undefined }
  if (next === 'often') return { kind: 'quantity', focusAt: undefined }
  if (QUANTITY_ADJECTIVES.test(next)) return { kind: 'quantity', focusAt: undefined }
  return { kind: 'manner', focusAt: undefined }
}

/** "What time does it open?", "at what time on Mondays", but no "time zone" and no "time off". */
const OF_DAY =
  /^(?:|of|in|on|at|by|from|until|for|to|the|a|an|it|they|we|you|i|he|she|and|or|exactly|tomorrow|today|tonight|do|does|did|is|are|was|were|will|would|can|could|shall|should|must|may|might|has|have|had)$/

function whatKind(forms: readonly string[], at: number, next: string): Asked {
  const linked = AUXILIARY.test(next)
  if (next === 'time' && OF_DAY.test(forms[at + 2] ?? '')) return { kind: 'date', focusAt: undefined }
  // "What is the population of", "What was the name of the …": the noun after the article is asked for.
  const from = linked ? at + 2 : at + 1
  const nouns = forms.slice(from, from + 5)
  const stop = nouns.findIndex((form) =>
    /^(?:of|in|for|did|do|does|that|is|are|was|were|has|have|had|to|on|at|by|with|can|will)$/.test(form),
  )
  const phrase = stop < 0 ? nouns : nouns.slice(0, stop)
  if (phrase.some((form) => /^(?:percent|percentage|proportion|share|fraction)$/.test(form))) {
    return { kind: 'percent', focusAt: undefined }
  }
  const focusAt = phrase.length > 0 ? from : undefined
  // "What is the … population of": the last noun counts; "Which country borders Peru": the first.
  for (const word of linked ? phrase.toReversed() : phrase) {
    const kind = nounKind(word, linked)
    if (kind !== undefined) return { kind, focusAt }
  }
  if (linked && stop < 0 && phrase.length <= 4 && forms.length - at <= 6)
    return { kind: 'definition', focusAt: undefined }
  return { kind: 'thing', focusAt }
}

function nounKind(word: string, linked: boolean): AnswerKind | undefined {
  const singular = word.replace(/ies$/, 'y').replace(/(?<=[^s])s$/, '')
  if (MONEY_NOUNS.test(singular)) return 'money'
  // "What is the area of" asks for a number, "what area of" for a place.
  if (NUMBER_NOUNS.test(singular) && (linked || singular !== 'area')) return 'number'
  if (DURATION_NOUNS.test(singular)) return 'duration'
  if (DATE_NOUNS.test(word)) return 'date'
  if (PLACE_NOUNS.test(singular)) return 'place'
  return PERSON_NOUNS.test(singular) ? 'person' : undefined
}

function asksForList(forms: readonly string[], at: number, focusAt: number | undefined): boolean {
  if (/^(?:list|name|enumerate|mention)$/.test(forms[0] ?? '')) return true
  if (at < 0 || !/^(?:what|which|who|whats)$/.test(forms[at] as string)) return false
  if (/^(?:are|were)$/.test(forms[at + 1] ?? '')) return true
  const noun = focusAt === undefined ? '' : (forms[focusAt] ?? '')
  // "Who keeps the keys?", "What replaces the filter?", "What happens then?"
  const after = forms[at + 2] ?? ''
  if (forms[at] === 'who' || ARTICLE.test(after)) return false
  // But "What costs does the tenant pay?"
  if (forms[at] === 'what' && SINGULAR_VERB.test(noun) && !AUXILIARY.test(after)) return false
  return focusAt === at + 1 && noun.length > 3 && noun.endsWith('s') && !SINGULAR_S.test(noun)
}

function focusTerms(all: readonly Word[], from: number): string[] {
  const found: string[] = []
  for (const word of all.slice(from, from + 4)) {
    if (STOP_WORDS.has(word.form)) {
      if (found.length > 0) break
      continue
    }
    found.push(word.term)
  }
  return found
}

function searchTerms(all: readonly Word[], weights: TermWeights): QuestionTerm[] {
  const content = all.filter((word) => !STOP_WORDS.has(word.form) || isName(word))
  // "Who is the Who?": a question of stop words only is searched for unchanged.
  const kept = content.length > 0 ? content : all
  const found = new Map<string, QuestionTerm>()
  kept.forEach((word) => {
    if (found.has(word.term)) return
    found.set(word.term, {
      term: word.term,
      text: word.text,
      weight: weights.weight(word.term),
      unknown: weights.frequency(word.term) === 0,
      named: (word.start > 0 && /^\p{Lu}/u.test(word.text)) || /\p{N}/u.test(word.text),
    })
  })
  return [...found.values()]
}

/** "US", "IT": in capitals, so not the pronoun. */
function isName(word: Word): boolean {
  return /^(?:\p{Lu}\.?){2,}$/u.test(word.text)
}
