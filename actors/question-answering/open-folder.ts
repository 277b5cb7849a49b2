import type { AskAllResult, Inputs } from '../../src/pipeline/control/ask-all-options.ts'
import type { AskResult, QuestionOptions, QuestionsOptions } from './ask-result.ts'
import { CALIBRATED_EXTRACTION } from './calibration/with-reader.ts'
import { CALIBRATED } from './calibration/without-reader.ts'
import { type FolderOptions, type IndexSummary, openCorpus } from './open-corpus.ts'
import { startTeam } from './team.ts'

/** A team over one folder of documents. */
export interface QuestionAnswering {
  readonly index: IndexSummary
  /** Rejects with the pipeline's errors (`deadline`, `cancelled`, `pipeline-full` …). */
  ask(question: string, options?: QuestionOptions): Promise<AskResult>
  /**
   * A job of many questions, without a deadline by default; each row has its answer or its error. What `question` throws is
   * the row's error.
   *
   * @throws as `RunningPipeline.askAll`
   */
  askAll<T>(
    rows: Inputs<T>,
    question: (row: T) => string,
    options?: QuestionsOptions<T>,
  ): AsyncIterableIterator<AskAllResult<T, AskResult>>
  /** Crashes one processor as a fault would; its supervisor restarts it. */
  kill(processor: string): void
  /** Stops the team and everything it started. */
  stop(): Promise<void>
}

/**
 * Opens a folder of documents for questions: reads it, embeds whatever its index lacks, and starts the team.
 *
 * Rejects with `DocumentsError`, `InferenceError`, or the signal's reason; nothing keeps running then.
 */
export async function openFolder(options: FolderOptions): Promise<QuestionAnswering> {
  const opened = await openCorpus(options)
  const { corpus, index, kernel, inference, task, extraction } = opened
  try {
    const reads =
      extraction === undefined
        ? { embedding: task, calibration: CALIBRATED }
        : { embedding: task, extraction, calibration: CALIBRATED_EXTRACTION }
    const team = await startTeam(corpus, reads, { kernel, inference })
    return {
      index,
      ask: (question, asked) => team.ask(question, index.indexMs, asked),
      askAll: (rows, question, asked) => team.askAll(rows, question, index.indexMs, asked),
      kill: (processor) => team.kill(processor),
      async stop() {
        await team.stop()
        await opened.close()
      },
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}
