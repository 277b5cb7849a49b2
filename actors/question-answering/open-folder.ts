import type { Duration } from '../../src/kernel/durations.ts'
import type { AskResult } from './ask-result.ts'
import { type FolderOptions, type IndexSummary, openCorpus } from './open-corpus.ts'
import { startTeam } from './team.ts'

/** Deadline and cancellation of one question. */
export interface AskOptions {
  readonly timeout?: Duration
  readonly signal?: AbortSignal
  readonly explain?: boolean
  /** Sources to give. Default 5. */
  readonly sources?: number
}

/** A team over one folder of documents. */
export interface QuestionAnswering {
  readonly index: IndexSummary
  /** Rejects with the pipeline's errors (`deadline`, `cancelled`, `pipeline-full` …). */
  ask(question: string, options?: AskOptions): Promise<AskResult>
  /** Crashes one processor as a fault would; its supervisor restarts it. */
  kill(processor: string): void
  /** Stops the team and what it started. */
  stop(): Promise<void>
}

/**
 * Opens a folder of documents for questions: reads it, embeds what its index lacks, starts the team.
 *
 * Rejects with `DocumentsError`, `InferenceError`, or the signal's reason; nothing keeps running then.
 */
export async function openFolder(options: FolderOptions): Promise<QuestionAnswering> {
  const opened = await openCorpus(options)
  const { corpus, index, kernel, inference, task, extraction } = opened
  try {
    const team = await startTeam(corpus, {
      kernel,
      inference,
      task,
      ...(extraction === undefined ? {} : { extraction }),
    })
    return {
      index,
      ask: (question, asked) => team.ask(question, index.indexMs, asked),
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
