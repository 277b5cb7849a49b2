import { terms, words } from '../../knowledge/text/words.ts'

/** "Floors 3 and 4", "Rooms 12–18", "Weeks 1, 2 and 5". */
const NUMBERED =
  /^(?<thing>\p{L}{3,}) (?<numbers>\p{N}{1,4}(?:\s?(?:,|and|&|or|to|through|[-–—]|, and)\s?\p{N}{1,4})+)$/iu
const PART = /(\p{N}+)(?:\s?(?:to|through|[-–—])\s?(\p{N}+))?/giu

/**
 * Whether a name of several numbered things has the one that the question names: "Floors 3 and 4", asked for floor 4. Undefined for other names:
 * "Invoice 2024-032" and "Boeing 737-800" are one thing.
 */
export function holdsNumber(name: string, question: string): boolean | undefined {
  const { thing = '', numbers = '' } = NUMBERED.exec(name.trim())?.groups ?? {}
  const [term] = terms(thing)
  if (term === undefined || (/[-–—]/u.test(numbers) && !/s$/iu.test(thing))) return undefined
  const all = words(question)
  const asked = all.flatMap(({ term: own }, i) => {
    const next = all[i + 1]?.form ?? ''
    return own === term && /^\p{N}{1,4}$/u.test(next) ? [Number(next)] : []
  })
  const [number] = asked
  if (number === undefined || asked.length > 1) return undefined
  return [...numbers.matchAll(PART)].some(
    ([, from = '', to = from]) => Number(from) <= number && number <= Number(to),
  )
}
