import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import type { Duration } from '../../src/kernel/durations.ts'
import { messageOfError } from '../../src/kernel/errors.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import {
  askedAgain,
  candidatesOf,
  filled,
  handOver,
  type Read,
  type ServiceMessage,
  type Settled,
} from './answering/reply.ts'
import { embeddersOf, joined } from './intents/embedders.ts'
import type { ByReader, IntentModel } from './intents/intent-model.ts'
import { pool } from './intents/pool.ts'
import { IntentReaders, type Reading } from './intents/reading.ts'

/** Finds an answer in documents: a team of `openFolder` is one. */
export interface AnswerSource {
  /** A null answer: the documents do not say. */
  ask(
    question: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{
    readonly answer: string | null
    readonly sources: readonly { readonly file: string; readonly line: number }[]
  }>
}

/** What the team is made of. */
export interface ServiceParts {
  readonly model: IntentModel
  /** By intent. */
  readonly replies: ReadonlyMap<string, string>
  readonly documents?: AnswerSource
  /** Below this probability an intent is not answered by its reply. */
  readonly minConfidence: number
  /** Whether a step waits for a person's answer. If not, the message is handed back with what the person needs. */
  readonly people: boolean
  /** How long a reader may stay behind the first before the vote goes on without it. Default 1s. */
  readonly grace?: Duration
}

const Message: z.ZodType<ServiceMessage> = z.object({
  text: z.string(),
  slots: z.record(z.string(), z.string()),
  history: z.array(z.string()),
  asked: z.object({ slots: z.array(z.string()), times: z.number(), attempt: z.boolean() }).optional(),
  person: z.boolean().optional(),
})
/** Bodies between our own processors are plain data checked by the compiler; a schema only names them. */
const Opinions = z.custom<Reading>((value) => isRecord(value) && Array.isArray(value.top))
const Step = z.custom<Settled>((value) => isRecord(value) && Array.isArray(value.candidates))

/** A customer waits: an answer by fewer readers is better than a late one. */
const GRACE = '1s'

/**
 * The customer-service team as a pipeline:
 *
 *   message ─┬▶ linear ──┬▶ vote ─▶ decide ─▶ reply ────┬▶ settled
 *            ├▶ nearest ─┤                  └ documents ─┤
 *            └▶ ngrams ──┘                  └ person ────┘
 */
export function customerService(parts: ServiceParts) {
  const { model } = parts
  const { weights } = model.calibration
  return pipeline('customer-service', Message, { timeout: parts.people ? '24h' : '30s' })
    .fan(readers(model), { weights })
    .merge((readings, at) => read(at.input, readings, at.weights, model), {
      name: 'vote',
      quorum: 1,
      grace: parts.grace ?? GRACE,
      onMissing: 'partial',
    })
    .map((message) => replied(message, parts), { name: 'decide' })
    .branch(
      (message) => (mayBeInDocuments(message) && parts.documents !== undefined ? 'documents' : 'reply'),
      { documents: documents(parts.documents), reply: pass('reply') },
      { name: 'route' },
    )
    .branch(
      (message) => (message.by === undefined ? 'person' : 'settled'),
      {
        person: person(parts.people),
        settled: pass('settled'),
      },
      { name: 'rest' },
    )
}

/** Each reader embeds for itself: the engine runs a row once that several ask for, and n-grams need no model at all. */
function readers(model: IntentModel) {
  const read = new IntentReaders(model, model.calibration.temperature)
  const models = Object.fromEntries(embeddersOf(model.embedders).map((task) => [task.model, task]))
  const byVector = (name: 'linear' | 'nearest') =>
    defineProcessor({
      name,
      input: Message,
      output: Opinions,
      models,
      concurrency: 16,
      async process({ text }, ctx) {
        const vectors = await Promise.all(model.embedders.map((embedder) => ctx.infer(embedder, text)))
        return read[name](joined(vectors))
      },
    })
  const ngrams = defineProcessor({
    name: 'ngrams',
    input: Message,
    output: Opinions,
    process: ({ text }) => read.ngrams(text),
  })
  return { linear: byVector('linear'), nearest: byVector('nearest'), ngrams }
}

function read(
  message: ServiceMessage,
  readings: ByReader<Reading | undefined>,
  weights: { readonly [name: string]: number },
  { calibration, labels }: IntentModel,
): Read {
  const opinion = pool(readings, weights, calibration)
  const votes = Object.entries(readings).flatMap(([name, reading]) => {
    const first = reading?.top[0]
    return first === undefined ? [] : [[name, { intent: labels[first[0]] as string, probability: first[1] }]]
  })
  return {
    ...message,
    candidates: candidatesOf(opinion, labels),
    inScope: opinion.scope >= calibration.threshold,
    agreement: opinion.agreement,
    missing: opinion.missing,
    votes: Object.fromEntries(votes),
  }
}

/**
 * The intent's reply, if the message is in scope and its intent is clear. A slot that it lacks is asked for; where the next message
 * does not fill it, it is asked for once more, and then a person takes over.
 */
function replied(message: Read, { replies, minConfidence }: ServiceParts): Settled {
  const [first] = message.candidates
  const { asked, inScope, person } = message
  if (person === true) return message
  const reply = first === undefined ? undefined : replies.get(first.intent)
  const clear = reply !== undefined && inScope && (first?.probability ?? 0) >= minConfidence
  const said = clear ? filled(reply, message.slots) : undefined
  const lacks = said?.asks
  if (said !== undefined && lacks === undefined) return { ...message, by: 'reply', ...said }
  const again = lacks === undefined ? asked?.attempt : asked?.slots.some((slot) => lacks.includes(slot))
  if (asked === undefined || again !== true)
    return said === undefined ? withoutAsked(message) : { ...message, by: 'reply', ...said }
  return asked.times > 1 ? message : { ...message, by: 'reply', ...askedAgain(lacks ?? asked.slots) }
}

/** The message is about something else than what was asked for. */
function withoutAsked({ asked: _, ...message }: Read): Settled {
  return message
}

/** A customer who asks for a person, or whose words can't be read, gets a person. */
function mayBeInDocuments({ by, person, asked }: Settled): boolean {
  return by === undefined && person !== true && asked === undefined
}

function documents(source: AnswerSource | undefined) {
  return defineProcessor({
    name: 'documents',
    input: Step,
    output: Step,
    concurrency: 16,
    async process(message, ctx) {
      try {
        const found = await source?.ask(message.text, { signal: ctx.signal })
        if (found === undefined || found.answer === null) return message
        const sources = found.sources.map(({ file, line }) => `${file}:${line}`)
        return { ...message, by: 'documents' as const, answer: found.answer, sources }
      } catch (error) {
        // A person can answer even so.
        ctx.log('warn', `no answer from the documents: ${messageOfError(error)}`)
        return message
      }
    },
  })
}

function person(waits: boolean) {
  return defineProcessor({
    name: 'person',
    input: Step,
    output: Step,
    async process(message, ctx) {
      if (!waits) return { ...message, by: 'person' as const }
      const { summary, candidates } = handOver(message)
      const answer = await ctx.human({ question: summary, data: { candidates }, answer: z.string().min(1) })
      return { ...message, by: 'person' as const, answer }
    },
  })
}

function pass(name: string) {
  return defineProcessor({ name, input: Step, output: Step, process: (message) => message })
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
