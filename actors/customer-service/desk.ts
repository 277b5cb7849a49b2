import type { RefOf } from '../../src/behavior/ref.ts'
import { forgetAbort, whenAborted } from '../../src/kernel/abort-listeners.ts'
import { aFilledText, demand, maybeText } from '../../src/kernel/demand.ts'
import { onlyOptions } from '../../src/kernel/only-options.ts'
import type { DurableRuns, RunningPipeline } from '../../src/pipeline/control/running-pipeline.ts'
import type { InferencePort } from '../../src/ports/inference.ts'
import type { Store } from '../../src/ports/store.ts'
import { weightsInto } from '../../src/routing/weights-into.ts'
import type { ActorSystem } from '../../src/system/actor-system.ts'
import { handOver, type ServiceMessage, type Settled } from './answering/reply.ts'
import { Conversation, type Heard, questionOf } from './conversation.ts'
import type { IntentCard, IntentModel } from './intents/intent-model.ts'
import { saveIntents } from './intents/model-file.ts'
import type { CustomerService, MessageOptions, ServiceAnswer } from './service.ts'
import { customerService, type ServiceParts } from './team.ts'

/** Conversations remembered; the one that is silent longest is forgotten first. */
const CUSTOMERS_MAX = 10_000
/** What a wrong reader keeps of its weight (Littlestone, Warmuth 1994), and what it keeps at least. */
const KEEPS = 0.97
const WEIGHT_LEAST = 0.02
const TEXT_MOST = 10_000

type Talk = RefOf<typeof Conversation>

interface DeskParts {
  /** Stopped with the desk. */
  readonly system: ActorSystem
  /** An engine that is stopped with the desk. */
  readonly inference?: InferencePort
  readonly store?: Store
  readonly parts: ServiceParts
}

interface Running {
  readonly system: ActorSystem
  readonly pipeline: RunningPipeline<ServiceMessage, Settled>
  /** Runs that outlive the process, if there is a store. */
  readonly kept: DurableRuns<ServiceMessage, Settled> | undefined
}

/** The running team with its conversations. */
export class Desk implements CustomerService {
  readonly card: IntentCard
  readonly intents: readonly string[]
  readonly #model: IntentModel
  readonly #system: ActorSystem
  readonly #running: RunningPipeline<ServiceMessage, Settled>
  readonly #kept: DurableRuns<ServiceMessage, Settled> | undefined
  readonly #inference: InferencePort | undefined
  readonly #conversations = new Map<string, Talk>()
  #spawned = 0
  #stopping: Promise<void> | undefined

  private constructor(
    { system, pipeline, kept }: Running,
    model: IntentModel,
    inference: InferencePort | undefined,
  ) {
    this.#model = model
    this.#system = system
    this.#running = pipeline
    this.#kept = kept
    this.card = model.card
    this.intents = model.labels
    this.#inference = inference
  }

  static async open({ system, inference, store, parts }: DeskParts): Promise<Desk> {
    try {
      const pipeline = await system.run(customerService(parts))
      const kept = store && (await pipeline.durable(store))
      return new Desk({ system, pipeline, kept }, parts.model, inference)
    } catch (error) {
      await system.stop({ drain: 0 })
      throw error
    }
  }

  async ask(customer: string, message: string, options: MessageOptions = {}): Promise<ServiceAnswer> {
    aFilledText(customer, 'ask.customer', 'the name of a customer')
    demand(
      message,
      'ask.message',
      `a text of 1 to ${TEXT_MOST} characters`,
      (given) => typeof given === 'string' && given.trim() !== '' && given.length <= TEXT_MOST,
    )
    onlyOptions(options ?? null, 'ask', ['timeout', 'signal', 'key'])
    maybeText(options.key, 'key', 'ask')
    const known = await within(options.signal, this.#outcome(options.key))
    // What was heard in this or an earlier process is not said again.
    if (known !== undefined) return answerOf(message, known, known.text !== message)
    const talk = this.#conversation(customer)
    const heard = await talk.ask('hear', message)
    const settled = await this.#settled(customer, heard, options)
    if (settled.asks !== undefined) talk.tell('asks', questionOf(heard, settled.asks))
    return answerOf(message, settled, heard.followUp)
  }

  async #outcome(key: string | undefined): Promise<Settled | undefined> {
    return key === undefined ? undefined : this.#kept?.outcome(key)
  }

  #settled(
    customer: string,
    { followUp: _f, subject: _s, question: _q, ...heard }: Heard,
    { key, ...options }: MessageOptions,
  ): Promise<Settled> {
    const kept = this.#kept
    if (kept === undefined) return this.#running.ask(heard, { ...options, orderKey: customer })
    const { signal, timeout } = options
    const name = key ?? this.#system.kernel.ids.unique()
    const asked = kept.ask(name, heard, { orderKey: customer, ...(timeout === undefined ? {} : { timeout }) })
    return within(signal, asked)
  }

  waiting() {
    return this.#running.pending()
  }

  answer(id: string, text: string): Promise<void> {
    return this.#running.answer(id, text)
  }

  weights(): Readonly<Record<string, number>> {
    return weightsInto(this.#running.matrix(), 'vote')
  }

  reweigh(weights: Readonly<Record<string, number>>): void {
    demand(weights, 'reweigh.weights', 'weights that leave one reader more than 0', (given) =>
      Object.values({ ...this.weights(), ...given }).some((weight) => weight !== 0),
    )
    this.#running.weights(
      Object.fromEntries(Object.entries(weights).map(([reader, weight]) => [`${reader}→vote`, weight])),
    )
  }

  learn({ votes }: ServiceAnswer, intent: string): void {
    aFilledText(intent, 'learn.intent', 'the name of an intent')
    const kept = Object.entries(this.weights()).map(
      ([reader, weight]) =>
        [
          reader,
          votes[reader] === undefined || votes[reader].intent === intent ? weight : weight * KEEPS,
        ] as const,
    )
    const sum = kept.reduce((all, [, weight]) => all + weight, 0)
    this.reweigh(
      Object.fromEntries(kept.map(([reader, weight]) => [reader, Math.max(WEIGHT_LEAST, weight / sum)])),
    )
  }

  async save(file: string): Promise<void> {
    aFilledText(file, 'save.file', 'the path of a file')
    const weights = { linear: 0, nearest: 0, ngrams: 0, ...this.weights() }
    return saveIntents(file, { ...this.#model, calibration: { ...this.#model.calibration, weights } })
  }

  kill(processor: string): void {
    this.#running.kill(processor)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #conversation(customer: string): Talk {
    const known = this.#conversations.get(customer)
    const talk = known ?? this.#system.spawn(Conversation, { name: `conversation-${this.#spawned++}` })
    // A map keeps the order of insertion: the first is silent longest.
    this.#conversations.delete(customer)
    this.#conversations.set(customer, talk)
    if (this.#conversations.size > CUSTOMERS_MAX) this.#forgetOne()
    return talk
  }

  #forgetOne(): void {
    const [oldest] = this.#conversations
    if (oldest === undefined) return
    this.#conversations.delete(oldest[0])
    void oldest[1].stop()
  }

  async #end(): Promise<void> {
    await this.#running.stop({ drain: '2s' })
    await this.#system.stop({ drain: 0 })
    await this.#inference?.stop()
  }
}

function answerOf(message: string, settled: Settled, followUp: boolean): ServiceAnswer {
  const { asked: _asked, person: _person, ...told } = settled
  return {
    ...told,
    by: settled.by ?? 'person',
    message,
    followUp,
    intent: settled.inScope ? settled.candidates[0]?.intent : undefined,
    ...(settled.answer === undefined ? { handOver: handOver(settled) } : {}),
  }
}

/** What is asked, as long as the signal lets the caller wait. */
function within<T>(signal: AbortSignal | undefined, asked: Promise<T>): Promise<T> {
  if (signal === undefined) return asked
  return new Promise((resolve, reject) => {
    const left = (): void => reject(signal.reason)
    whenAborted(signal, left)
    if (signal.aborted) left()
    asked.then(resolve, reject).finally(() => forgetAbort(signal, left))
  })
}
