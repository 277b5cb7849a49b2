import type { HumanQuestion, Schema } from '../../behavior/define-processor.ts'
import { aSchema, aText } from '../../kernel/demand.ts'
import { GanglionError, say, text } from '../../kernel/errors.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { checkSchema, isLate } from '../../message/schema.ts'
import type { Parcel, StageRun } from '../../ports/host.ts'
import { NobodyToAskError } from '../../system/errors.ts'
import type { PipelineRun, Tag } from '../run/run.ts'

/** Most questions of one step of one run. */
const QUESTIONS_MAX = 64

/** A step waits for a person. It unwinds the step's function and is not a failure. Code `waiting-for-person`. */
export class WaitingForPersonError extends GanglionError {
  constructor(step: string, question: string) {
    super('waiting-for-person', say`'${step}' waits for an answer to '${text(question)}'`, {
      path: step,
      remedy: 'Do not catch it: the step runs again after running.answer()',
    })
  }
}

/** No open question has this id. Code `unknown-question`. */
export class UnknownQuestionError extends GanglionError {
  constructor(id: string) {
    super('unknown-question', `no question '${text(id)}' is open`, {
      path: 'id',
      value: id,
      remedy: 'See running.pending(): it was answered, or its run has settled or moved',
    })
  }
}

/** A question that a person has to answer. */
export interface PendingQuestion {
  /** The id for `running.answer`. */
  readonly id: string
  readonly run: number
  /** The step that asks. */
  readonly processor: string
  readonly question: string
  readonly data: unknown
  /** Milliseconds since it was asked, and until the run's deadline ends the wait. */
  readonly askedMs: number
  readonly remainingMs: number
}

/** How an attempt ends that waits for a person. */
export class Asked {
  readonly #own = true
  readonly question: HumanQuestion<Schema>

  constructor(question: HumanQuestion<Schema>) {
    this.question = question
  }

  /** Whether a step's value is one. Asks no proxy anything, unlike `instanceof`. */
  static is(value: unknown): value is Asked {
    return typeof value === 'object' && value !== null && #own in value && value.#own
  }
}

/** Returns the answer if there is one; otherwise ends the attempt with the question. */
export function askPerson(
  step: string,
  { run, shadow }: Tag,
  stageRun: StageRun,
  question: HumanQuestion<Schema>,
  nth: number,
): Promise<unknown> {
  const wrong = problemOf(question, `${step}.human`)
  if (wrong !== undefined) return rejected(wrong)
  const answers = run.answers?.get(step) ?? []
  if (nth <= answers.length) return Promise.resolve(answers[nth - 1])
  if (shadow !== undefined || nth > QUESTIONS_MAX) return rejected(new NobodyToAskError(step))
  const error = new WaitingForPersonError(step, question.question)
  run.asked = true
  // Of several asked at once the first goes first; otherwise the others would get its answer.
  if (!stageRun.over && nth === answers.length + 1) stageRun.finish(new Asked(question))
  return rejected(error)
}

/** A question that nobody could answer would hold its run until the deadline. */
function problemOf(question: HumanQuestion<Schema>, path: string): unknown {
  try {
    onlyOptions(question ?? null, path, ['question', 'data', 'answer'], ['data'])
    aText(question.question, `${path}.question`)
    if (question.answer !== undefined) aSchema(question.answer, `${path}.answer`)
    return undefined
  } catch (error) {
    return error
  }
}

/** For a step that awaits it later, or never: meanwhile it must not end the process. */
function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error)
  promise.catch(() => {})
  return promise
}

interface Open {
  readonly id: string
  readonly run: PipelineRun
  readonly step: string
  readonly parcel: Parcel
  readonly question: HumanQuestion<Schema>
  readonly since: number
  /** Its answer is being made durable. */
  answering: boolean
  /** Told when it is open no more: answers whose schema is still at work. */
  readonly late: Set<() => void>
}

/**
 * The questions waiting for people: at most one per step of a run in flight. A waiting step takes no room in a mailbox
 * and no timer except the run's own deadline.
 */
export class People {
  readonly #kernel: Kernel
  readonly #again: (run: PipelineRun, parcel: Parcel) => void
  readonly #open = new Map<string, Open>()

  /** `again` sends the parcel to its step again; it throws when there is no room. */
  constructor(kernel: Kernel, again: (run: PipelineRun, parcel: Parcel) => void) {
    this.#kernel = kernel
    this.#again = again
  }

  add(run: PipelineRun, parcel: Parcel, { question }: Asked): void {
    const id = this.#kernel.ids.unique()
    const since = this.#kernel.clock.monotonic()
    this.#open.set(id, {
      id,
      run,
      step: parcel.type,
      parcel,
      question,
      since,
      answering: false,
      late: new Set(),
    })
  }

  pending(): PendingQuestion[] {
    const now = this.#kernel.clock.monotonic()
    return [...this.#open.values()].map(({ id, run, step, question, since }) => ({
      id,
      run: run.id,
      processor: step,
      question: question.question,
      data: question.data,
      askedMs: now - since,
      remainingMs: run.deadline - now,
    }))
  }

  /** Rejects with UnknownQuestionError, SchemaError, MailboxFullError: the question then stays open. */
  async answer(id: string, value: unknown): Promise<void> {
    const open = this.#open.get(id)
    if (open === undefined) throw new UnknownQuestionError(id)
    const { run, step, parcel, question } = open
    const checked =
      question.answer === undefined ? value : checkSchema(question.answer, value, step, 'answer')
    const accepted = isLate(checked) ? await whileOpen(open, checked) : checked
    // Another answer came, or the run settled, while the schema was working.
    if (!this.#open.has(id) || open.answering) throw new UnknownQuestionError(id)
    run.answers ??= new Map()
    const answers = run.answers.get(step) ?? []
    run.answers.set(step, [...answers, accepted])
    try {
      if (run.keeper !== undefined) await this.#kept(open)
      // Whoever kept it may have sent it again already.
      if (this.#close(open)) this.#again(run, parcel)
    } catch (error) {
      run.answers?.set(step, answers)
      if (!run.settled) this.#open.set(id, open)
      throw error
    }
  }

  /** The answer is durable before the step hears of it. */
  async #kept(open: Open): Promise<void> {
    const { run, id } = open
    open.answering = true
    try {
      await run.keeper?.answered(run)
    } finally {
      open.answering = false
    }
    if (run.settled) throw new UnknownQuestionError(id)
  }

  /** The parcels of the steps of a run that wait for a person. */
  waiting(run: PipelineRun): Parcel[] {
    return this.#of(run).map(({ parcel }) => parcel)
  }

  /** The runs waiting for a person. */
  runs(): ReadonlySet<PipelineRun> {
    return new Set([...this.#open.values()].map(({ run }) => run))
  }

  /** Removes the run's questions, because it has settled or moves. Returns the parcels of the steps that asked. */
  take(run: PipelineRun): Parcel[] {
    const taken = this.#of(run)
    for (const open of taken) this.#close(open)
    return taken.map(({ parcel }) => parcel)
  }

  /** False if it was open no more. */
  #close(open: Open): boolean {
    for (const tell of open.late) tell()
    return this.#open.delete(open.id)
  }

  #of(run: PipelineRun): Open[] {
    return [...this.#open.values()].filter((open) => open.run === run)
  }
}

/** The checked answer, or UnknownQuestionError as soon as the question is open no more: a schema may never answer. */
function whileOpen({ id, late }: Open, checked: Promise<unknown>): Promise<unknown> {
  return new Promise<unknown>((resolve, reject) => {
    const closed = (): void => reject(new UnknownQuestionError(id))
    late.add(closed)
    checked.then(resolve, reject).finally(() => late.delete(closed))
  })
}
