import { createInference } from '../../src/inference/create-inference.ts'
import { aFilledText, aText, demand } from '../../src/kernel/demand.ts'
import { type Duration, milliseconds } from '../../src/kernel/durations.ts'
import { messageOfError } from '../../src/kernel/errors.ts'
import { given } from '../../src/kernel/given.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import { onlyOptions } from '../../src/kernel/only-options.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { InferencePort } from '../../src/ports/inference.ts'
import type { Store } from '../../src/ports/store.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { readRows } from '../knowledge/rows/read-rows.ts'
import type { ReplyTemplate } from './answering/reply.ts'
import { Desk } from './desk.ts'
import { embeddersOf } from './intents/embedders.ts'
import { EXAMPLE, type Example } from './intents/example.ts'
import type { IntentModel } from './intents/intent-model.ts'
import { loadIntents, saveIntents } from './intents/model-file.ts'
import { type LearnOptions, learnIntents } from './learn-intents.ts'
import type { CustomerService } from './service.ts'
import type { AnswerSource } from './team.ts'

/** What a customer-service team is made of. */
export interface CustomerServiceOptions {
  /** Labelled messages: a list, or a file of rows `text,intent`. The intent `oos` labels messages that belong to none. */
  readonly examples?: readonly Example[] | string
  /** A file that `save` wrote, in place of examples. */
  readonly model?: string
  /** Where to write what was learned. */
  readonly save?: string
  /** What answers an intent. A template may hold slots: `{number}`, `{amount}`, `{date}`, `{email}`. */
  readonly replies?: readonly ReplyTemplate[]
  /** Answers what no reply answers: a team of `openFolder`, or anything with such an `ask`. The caller stops it. */
  readonly documents?: AnswerSource
  /** Below this probability an intent is not answered by its reply. Default 2/3. */
  readonly minConfidence?: number
  /** Whether what nobody answers waits for a person (`waiting`, `answer`). Default: it is handed back. */
  readonly people?: boolean
  /**
   * Where messages outlive the process until they are answered: `journal.store('service')` of `ganglion/journal`. The next team that is
   * opened on it goes on with them: those that wait for a person wait again. Default: nowhere.
   */
  readonly store?: Store
  /**
   * How long a reader may stay behind the first before the vote goes on without it, and names it in `missing`. Default 1s. Many
   * messages at once, for which nobody waits, are better read with a longer one.
   */
  readonly grace?: Duration
  /** Of learning. The same examples and seed give the same team. Default 1. */
  readonly seed?: number
  /** Share of messages in scope that the out-of-scope decision keeps. Default 0.985. */
  readonly kept?: number
  readonly kernel?: Kernel
  /** A running engine to share. Default: a new one, stopped with the team. */
  readonly inference?: InferencePort
  readonly signal?: AbortSignal
  /** Called while it learns. */
  readonly onProgress?: LearnOptions['onProgress']
  /** Called for notable events that are not errors: rows that were skipped, examples beyond 20,000. */
  readonly onNotice?: (text: string) => void
}

const OPTIONS = [
  'examples',
  'model',
  'save',
  'replies',
  'documents',
  'minConfidence',
  'people',
  'store',
  'grace',
  'seed',
  'kept',
  'kernel',
  'inference',
  'signal',
  'onProgress',
  'onNotice',
] as const satisfies readonly (keyof CustomerServiceOptions)[]

/** Skipped rows that are named one by one. */
const NAMED_MAX = 10

/**
 * Learns intents (or loads what was learned) and starts the team.
 *
 * Rejects with CustomerServiceError, RowsError, InferenceError, InvalidArgumentError, or the signal's reason; nothing keeps running.
 */
export async function openCustomerService(options: CustomerServiceOptions): Promise<CustomerService> {
  checkOptions(options)
  const kernel = options.kernel ?? platformKernel()
  const inference = options.inference ?? createInference({ kernel })
  const own = options.inference === undefined
  try {
    const model = await modelOf(options, inference)
    if (options.save !== undefined) await saveIntents(options.save, model)
    // Loaded before the first message: its readers must not be late.
    await ready(model, inference, options.onNotice)
    return await Desk.open({
      system: createSystem({ name: 'service', kernel, inference }),
      ...given({ store: options.store, inference: own ? inference : undefined }),
      parts: {
        model,
        replies: repliesOf(options),
        minConfidence: options.minConfidence ?? 2 / 3,
        people: options.people ?? false,
        ...given({ grace: options.grace, documents: options.documents }),
      },
    })
  } catch (error) {
    if (own) await inference.stop()
    throw error
  }
}

function repliesOf({ replies = [], onNotice }: CustomerServiceOptions): ReadonlyMap<string, string> {
  const all = new Map<string, string>()
  for (const { intent, reply } of replies) {
    if (all.has(intent)) onNotice?.(`'${intent}' has several replies: the last one counts`)
    all.set(intent, reply)
  }
  return all
}

function checkOptions(options: CustomerServiceOptions): void {
  onlyOptions(options ?? null, 'openCustomerService', OPTIONS)
  const { examples, model, replies, documents, minConfidence, grace, seed, kept } = options
  const path = 'openCustomerService'
  if (Array.isArray(examples)) checkExamples(examples)
  demand(
    examples ?? model,
    `${path}.${examples === undefined ? 'model' : 'examples'}`,
    'a list of examples or the path of a file',
    (given) =>
      (typeof given === 'string' && given !== '') || (examples !== undefined && Array.isArray(given)),
  )
  demand(replies ?? [], `${path}.replies`, 'a list of { intent, reply }', (given) =>
    given.every(({ intent, reply }) => typeof intent === 'string' && typeof reply === 'string'),
  )
  demand(
    documents,
    `${path}.documents`,
    'a team with ask',
    (given) => given === undefined || typeof given.ask === 'function',
  )
  const share = (value: number | undefined) => value === undefined || (value >= 0 && value <= 1)
  demand(minConfidence, `${path}.minConfidence`, 'a share from 0 to 1', share)
  demand(kept, `${path}.kept`, 'a share from 0 to 1', share)
  if (grace !== undefined) milliseconds(grace, `${path}.grace`)
  demand(
    seed ?? 1,
    `${path}.seed`,
    'a whole number of at least 0',
    (given) => Number.isSafeInteger(given) && given >= 0,
  )
}

function checkExamples(examples: readonly Example[]): void {
  for (const [at, example] of examples.entries()) {
    const path = `openCustomerService.examples[${at}]`
    demand(
      example,
      path,
      'an example { text, intent }',
      (given) => typeof given === 'object' && given !== null,
    )
    aText(example.text, `${path}.text`)
    aFilledText(example.intent, `${path}.intent`, 'the name of an intent')
  }
}

async function modelOf(options: CustomerServiceOptions, inference: InferencePort): Promise<IntentModel> {
  const { examples, model, seed, kept, signal, onProgress, onNotice } = options
  if (examples === undefined) return loadIntents(model as string)
  return learnIntents(typeof examples === 'string' ? await rowsOf(examples, onNotice) : examples, inference, {
    ...given({ seed, kept, signal, onProgress, onNotice }),
  })
}

async function ready(
  { embedders }: IntentModel,
  inference: InferencePort,
  onNotice: ((text: string) => void) | undefined,
): Promise<void> {
  try {
    await Promise.all(embeddersOf(embedders).map((task) => inference.warm(task)))
  } catch (error) {
    onNotice?.(`only n-grams read the messages: ${messageOfError(error)}`)
  }
}

async function rowsOf(
  file: string,
  onNotice: ((text: string) => void) | undefined,
): Promise<readonly Example[]> {
  const { rows, bad } = await readRows(file, EXAMPLE)
  for (const { line, reason } of bad.slice(0, NAMED_MAX))
    onNotice?.(`${file}, line ${line}: ${reason}; skipped`)
  if (bad.length > NAMED_MAX) onNotice?.(`${file}: ${bad.length - NAMED_MAX} more rows skipped`)
  return rows
}
