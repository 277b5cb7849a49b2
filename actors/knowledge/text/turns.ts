import type { Block } from './block.ts'
import { isEnded } from './sentences.ts'
import { statements } from './statements.ts'

/** "Ilse: ", "CUSTOMER (Mr Pell): ", at the beginning of what somebody says. */
const SPEAKER = /^[ \t]*(\p{Lu}[\p{L}\p{N}.'’-]*(?: [\p{L}\p{N}.'’()-]+){0,3}):\s+\S/u

/** Who says a statement, if it begins with a name. */
export function speakerOf(text: string): string | undefined {
  return SPEAKER.exec(text)?.[1]
}

/** Who says nothing new: "Mei: Noted." */
const HEARD =
  /^(?:okay|ok|noted|nice|good|great|fine|right|sure|understood|agreed|exactly|again|perfect|excellent|got it|will do|thanks|thank you|thank you all|hello|hi|(?:good )?morning|bye|see you|well|hm+|mhm|aha|oh|wow)[.!…]*$/iu

/** Whether all that somebody says is that they have heard. */
export function onlyHeard(text: string): boolean {
  const speaker = speakerOf(text)
  return (
    speaker !== undefined &&
    HEARD.test(
      text
        .trim()
        .slice(speaker.length + 1)
        .trim(),
    )
  )
}

/** Several people who each say something several times. */
const SPEAKERS_LEAST = 2
const TURNS_LEAST = 2
/** Fields ("Price: 5 euros") end as no sentence does. */
const ENDED_LEAST = 0.7

/** Whether a document is what people said to each other: paragraphs or lines that begin with who speaks. */
export function isTalk(all: readonly Block[]): boolean {
  const turns = new Map<string, number>()
  let count = 0
  let ended = 0
  for (const block of all) {
    if (block.kind !== 'paragraph' || !SPEAKER_LINE.test(block.text)) continue
    for (const { start, end } of statements(block)) {
      const text = block.text.slice(start, end)
      const speaker = speakerOf(text)
      if (speaker === undefined) continue
      turns.set(speaker, (turns.get(speaker) ?? 0) + 1)
      count += 1
      if (isEnded(text)) ended += 1
    }
  }
  const speakers = [...turns.values()].filter((own) => own >= TURNS_LEAST)
  return speakers.length >= SPEAKERS_LEAST && ended >= ENDED_LEAST * count
}

const SPEAKER_LINE = new RegExp(SPEAKER.source, 'mu')
