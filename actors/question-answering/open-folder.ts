import { aFunction } from '../../src/kernel/demand.ts'
import { DURATION_MS_MAX, milliseconds } from '../../src/kernel/durations.ts'
import { messageOfError } from '../../src/kernel/errors.ts'
import { given } from '../../src/kernel/given.ts'
import { onlyOptions } from '../../src/kernel/only-options.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { AskAll } from '../../src/pipeline/control/ask-all.ts'
import { type AskAllResult, type Inputs, jobOptions } from '../../src/pipeline/control/ask-all-options.ts'
import type { PipelineStopOptions, RunningPipeline } from '../../src/pipeline/control/running-pipeline.ts'
import { PipelineFullError, PipelineStoppedError } from '../../src/pipeline/errors.ts'
import { ASK_ALL_OPTIONS } from '../../src/pipeline/plan/known-options.ts'
import type { EventStream } from '../../src/ports/events.ts'
import type { ActorSystem } from '../../src/system/actor-system.ts'
import { type Watch, watchFolder } from '../knowledge/documents/watch-folder.ts'
import { CHINESE_FUSION } from '../knowledge/retrieval/fusion.ts'
import type { AnswerEvent, AskResult, QuestionOptions, QuestionsOptions } from './ask-result.ts'
import { checkAsked } from './asked.ts'
import { byScript } from './by-script.ts'
import { calibrationOf } from './calibration/calibrations.ts'
import { checkFolder, type FolderOptions } from './folder-options.ts'
import type { IndexSummary } from './index-summary.ts'
import { type OpenCorpus, openCorpus } from './open-corpus.ts'
import { startTeam, type Team } from './start-team.ts'
import { CHINESE_EMBEDDER } from './team-models.ts'

/** A team over one folder of documents. */
export interface QuestionAnswering extends AsyncDisposable {
  /** Of the folder as it is answered from now. */
  readonly index: IndexSummary
  /** Questions that have neither an answer nor an error yet. */
  readonly inFlight: number
  /** Events of the team's systems and of its engine, if it made that; a refresh does not end the stream. */
  readonly events: EventStream
  /** The systems that the team runs in now, one for each script of the passages. A refresh replaces them. */
  readonly systems: readonly ActorSystem[]
  /** Its running pipelines, one in each system: their load and arrows. */
  readonly pipelines: readonly RunningPipeline<never, unknown>[]
  /**
   * Rejects with InvalidArgumentError (`invalid-argument`) for a question that is none or an option that makes no sense, or
   * with the pipeline's errors (`deadline`, `cancelled`, `pipeline-full`, `pipeline-stopped` …).
   */
  ask(question: string, options?: QuestionOptions): Promise<AskResult>
  /** The same, step by step. Leaving the loop cancels the question. Iterating throws as `ask` rejects. */
  stream(question: string, options?: QuestionOptions): AsyncIterableIterator<AnswerEvent>
  /**
   * A job of many questions, without a deadline by default; each row has its answer or its error. What `question` throws is
   * the row's error. Rows that begin after a refresh are answered from the folder as it is then.
   *
   * @throws as `RunningPipeline.askAll`
   */
  askAll<T>(
    rows: Inputs<T>,
    question: (row: T) => string,
    options?: QuestionsOptions<T>,
  ): AsyncIterableIterator<AskAllResult<T, AskResult>>
  /**
   * Reads the folder again: only what has changed is parsed and embedded. Questions in flight end on the folder as it was.
   *
   * Calls that come while it reads wait together for one more reading. Rejects as `openFolder`; then the team answers from the
   * folder as it was. Once the team stops, it rejects with `PipelineStoppedError`.
   */
  refresh(): Promise<IndexSummary>
  /** Crashes one processor as a fault would; its supervisor restarts it. */
  kill(processor: string): void
  /** Takes no more questions, lets those in flight end for up to `drain` (default 2 s), stops the team and what it started. Idempotent. */
  stop(options?: PipelineStopOptions): Promise<void>
}

/**
 * Opens a folder of documents for questions: reads it, embeds what its index lacks, loads the models, starts the team.
 *
 * Rejects with `DocumentsError`, `InferenceError`, or the signal's reason; nothing keeps running then.
 */
export async function openFolder(options: FolderOptions): Promise<QuestionAnswering> {
  checkFolder(options)
  const kernel = options.kernel ?? platformKernel()
  // First, so that what changes while the folder is read counts too.
  const watch = options.watch === true ? await watchFolder(options.docs, kernel) : undefined
  let folder: Folder | undefined
  try {
    folder = new Folder(await openCorpus({ ...options, kernel }), options)
    await folder.start(watch)
    options.signal?.throwIfAborted()
    return folder
  } catch (error) {
    await watch?.close()
    await folder?.stop({ drain: 0 })
    throw error
  }
}

const QUESTIONS_OPTIONS = [...Object.keys(ASK_ALL_OPTIONS), 'explain', 'sources', 'minConfidence']

class Folder implements QuestionAnswering {
  readonly #opened: OpenCorpus
  readonly #options: FolderOptions
  #team: Team | undefined
  #index: IndexSummary
  /** Of a folder as it was: they end what they have. */
  readonly #former = new Set<Team>()
  #refreshing: Promise<IndexSummary> | undefined
  /** Begins when that one has ended. */
  #following: Promise<IndexSummary> | undefined
  /** Ends a reading. */
  readonly #over = new AbortController()
  #stopping: Promise<void> | undefined
  #watch: Watch | undefined

  constructor(opened: OpenCorpus, options: FolderOptions) {
    this.#opened = opened
    this.#options = options
    this.#index = opened.index
  }

  async start(watch: Watch | undefined): Promise<void> {
    this.#team = await this.#teamOver(this.#opened)
    this.#watch = watch
    watch?.tell(() => this.#changed())
  }

  get index(): IndexSummary {
    return this.#index
  }

  get events(): EventStream {
    return this.#opened.events
  }

  get systems(): readonly ActorSystem[] {
    return this.#running.systems
  }

  get pipelines(): readonly RunningPipeline<never, unknown>[] {
    return this.#running.pipelines
  }

  get inFlight(): number {
    return [this.#running, ...this.#former].reduce((sum, { inFlight }) => sum + inFlight, 0)
  }

  async ask(question: string, options?: QuestionOptions): Promise<AskResult> {
    this.#checkRoom(question)
    return this.#running.ask(question, this.#index.indexMs, options)
  }

  async *stream(question: string, options?: QuestionOptions): AsyncIterableIterator<AnswerEvent> {
    // It begins with the first step, on the folder as it is then.
    this.#checkRoom(question)
    yield* this.#running.stream(question, this.#index.indexMs, options)
  }

  askAll<T>(
    rows: Inputs<T>,
    question: (row: T) => string,
    options: QuestionsOptions<T> = {},
  ): AsyncIterableIterator<AskAllResult<T, AskResult>> {
    aFunction(question, 'askAll.question', 'a function that gives the question of a row')
    onlyOptions(options, 'askAll', QUESTIONS_OPTIONS)
    const { explain, sources, minConfidence, ...job } = options
    const shown = given({ explain, sources, minConfidence })
    checkAsked(shown)
    const [{ name } = { name: 'question-answering' }] = this.pipelines
    return new AskAll(rows, jobOptions(name, rows, job), {
      name,
      kernel: this.#opened.kernel,
      maxInFlight: this.#running.maxInFlight,
      limit: () => this.#running.limit,
      // By the team of that moment: a job may be longer than a folder stays as it is.
      ask: (row, { timeout, signal, tenant, priority }) =>
        this.ask(question(row), { ...shown, ...given({ timeout, signal, tenant, priority }) }),
    })
  }

  refresh(): Promise<IndexSummary> {
    const running = this.#refreshing
    if (running === undefined) return this.#begin()
    // What has changed since that one began it may have missed; one more reads all of it, for everybody who waits.
    this.#following ??= running
      .catch(() => {})
      .then(() => {
        this.#following = undefined
        return this.#begin()
      })
    return this.#following
  }

  kill(processor: string): void {
    this.#running.kill(processor)
  }

  async stop(options: PipelineStopOptions = {}): Promise<void> {
    onlyOptions(options, 'stop', ['drain'])
    const drainMs = milliseconds(options.drain ?? '2s', 'stop.drain')
    this.#stopping ??= this.#end(drainMs)
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** The teams of all scripts, and of the folder as it was, share the room. */
  #checkRoom(question: string): void {
    const { maxInFlight } = this.#running
    if (this.inFlight >= maxInFlight) throw new PipelineFullError('question-answering', maxInFlight, question)
  }

  get #running(): Team {
    return this.#team as Team
  }

  /** The team for all passages that are not Chinese, and one for those that are, if there are any. */
  async #teamOver({ corpus, chinese }: Pick<OpenCorpus, 'corpus' | 'chinese'>): Promise<Team> {
    const { kernel, inference, events, embedding, model, extraction } = this.#opened
    const { maxInFlight } = this.#options
    const parts = { kernel, inference, events, ...(maxInFlight === undefined ? {} : { maxInFlight }) }
    const calibration = calibrationOf(model, extraction !== undefined)
    const reads = { embedding, calibration, ...(extraction === undefined ? {} : { extraction }) }
    const main = await startTeam(corpus, reads, parts)
    if (chinese === undefined) return main
    const ofChinese = {
      calibration: calibrationOf(CHINESE_EMBEDDER, false),
      fusion: CHINESE_FUSION,
      ...(chinese.embedding === undefined ? {} : { embedding: chinese.embedding }),
    }
    return byScript(
      { team: main, lexical: corpus.lexical },
      { team: await startTeam(chinese.corpus, ofChinese, parts), lexical: chinese.corpus.lexical },
    )
  }

  #begin(): Promise<IndexSummary> {
    const own = this.#reread()
    this.#refreshing = own
    const over = () => {
      this.#refreshing = undefined
    }
    own.then(over, over)
    return own
  }

  async #reread(): Promise<IndexSummary> {
    const { signal } = this.#over
    try {
      signal.throwIfAborted()
      const { index, ...read } = await this.#opened.reread(signal)
      const team = await this.#teamOver(read)
      if (signal.aborted) await team.stop(0)
      signal.throwIfAborted()
      const former = this.#running
      this.#team = team
      this.#index = index
      this.#former.add(former)
      // As long as their own deadlines let them.
      void former.stop(DURATION_MS_MAX).finally(() => this.#former.delete(former))
      return index
    } catch (error) {
      throw signal.aborted ? new PipelineStoppedError('question-answering', this.#options.docs) : error
    }
  }

  #changed(): void {
    this.refresh().catch((error: unknown) => {
      if (this.#over.signal.aborted) return
      this.#options.onNotice?.(`the folder changed and can't be read again: ${messageOfError(error)}`)
    })
  }

  async #end(drainMs: number): Promise<void> {
    this.#over.abort()
    await this.#watch?.close()
    const teams = this.#team === undefined ? [] : [this.#running, ...this.#former]
    await Promise.all(teams.map((team) => team.stop(drainMs)))
    await Promise.allSettled([this.#refreshing, this.#following])
    await this.#opened.close()
  }
}
