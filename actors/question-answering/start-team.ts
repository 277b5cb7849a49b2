import { given } from '../../src/kernel/given.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import type { RunningPipeline, Trace } from '../../src/pipeline/control/running-pipeline.ts'
import type { EventSink } from '../../src/ports/events.ts'
import type { InferencePort } from '../../src/ports/inference.ts'
import { type ActorSystem, createSystem } from '../../src/system/actor-system.ts'
import type { Corpus } from '../knowledge/index/corpus.ts'
import { type Answered, resultOf, stepOf } from './answering/answer.ts'
import type { AnswerEvent, AskResult, QuestionOptions } from './ask-result.ts'
import { checkAsked, checkQuestion } from './asked.ts'
import { questionAnswering, type Reads } from './team.ts'

/** The running team, over one state of a folder. */
export interface Team {
  readonly systems: readonly ActorSystem[]
  readonly pipelines: readonly RunningPipeline<never, unknown>[]
  readonly inFlight: number
  readonly maxInFlight: number
  /** How many of them the door lets in now. */
  readonly limit: number
  ask(question: string, indexMs: number, options?: QuestionOptions): Promise<AskResult>
  stream(question: string, indexMs: number, options?: QuestionOptions): AsyncIterableIterator<AnswerEvent>
  kill(processor: string): void
  /** Lets messages in flight end for up to `drainMs`; a later call may give less. The engine belongs to its maker. */
  stop(drainMs: number): Promise<void>
}

/** Starts the team under one supervisor. Every message between its processors makes a round trip through the codec. */
export async function startTeam(
  corpus: Corpus,
  reads: Reads,
  options: {
    readonly kernel: Kernel
    readonly inference: InferencePort
    readonly maxInFlight?: number
    /** Hears what the team's system tells. */
    readonly events?: EventSink
  },
): Promise<Team> {
  const { kernel, inference, events, ...limits } = options
  const system = createSystem({ name: 'qa', kernel, inference, serializeMessages: true })
  if (events !== undefined) system.events.subscribe((event) => events.emit(event))
  const plan = questionAnswering(corpus, reads, limits)
  const running: RunningPipeline<{ text: string }, Answered> = await system.run(plan)
  const resultFor = (question: string, trace: Trace<Answered>, indexMs: number, asked: QuestionOptions) => {
    const { explain = false, sources = 5, minConfidence } = asked
    const shown = { indexMs, explain, sources, ...given({ minConfidence }) }
    return resultOf(question, trace, running, corpus.passages, shown)
  }
  return {
    systems: [system],
    pipelines: [running],
    get inFlight() {
      return running.inFlight
    },
    maxInFlight: plan.plan.maxInFlight,
    get limit() {
      return running.load().limit
    },
    async ask(question, indexMs, asked = {}) {
      checkAsked(asked)
      const text = checkQuestion(question)
      return resultFor(question, await running.trace({ text }, runOptions(asked)), indexMs, asked)
    },
    async *stream(question, indexMs, asked = {}) {
      const text = checkQuestion(question)
      checkAsked(asked)
      for await (const event of running.stream({ text }, runOptions(asked))) {
        if (event.type === 'hop') yield { type: 'step', step: stepOf(event.hop) }
        if (event.type === 'value')
          yield { type: 'answer', result: resultFor(question, event.trace, indexMs, asked) }
      }
    },
    kill: (processor) => running.kill(processor),
    async stop(drainMs) {
      await running.stop({ drain: drainMs })
      await system.stop({ drain: 0 })
    },
  }
}

type RunOptions = Pick<QuestionOptions, 'timeout' | 'signal' | 'tenant' | 'priority' | 'trace'>

function runOptions({ timeout, signal, tenant, priority, trace }: RunOptions): RunOptions {
  return given({ timeout, signal, tenant, priority, trace })
}
