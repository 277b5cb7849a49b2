import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastq from 'fastq'
import { z } from 'zod'
import { calibrationOf } from '../../dist/actors/question-answering/calibration/calibrations.js'
import { openCorpus } from '../../dist/actors/question-answering/open-corpus.js'
import { questionAnswering } from '../../dist/actors/question-answering/team.js'
import { createSystem, pipeline } from '../../dist/src/index.js'
import { createInference } from '../../dist/src/inference/create-inference.js'
import { fixedWidth, ours, pool, type Subject, service } from './contenders.ts'
import { type Compared, DEADLINE_MS, OURS, WITHOUT } from './measure.ts'
import { ANSWERED, type Contender, IN_PART } from './open-loop.ts'
import { stepsPerMs } from './work.ts'

const QUESTIONS = new URL('../../test/evaluation/factbook-dev.jsonl', import.meta.url)
const DOCS = new URL('../../examples/data/factbook', import.meta.url).pathname
/** Questions in flight when the team's capacity is measured, and the widths tried for the fixed queue. */
const TEAM_WINDOW = 8
/** A question takes some hundred milliseconds. */
const TEAM_PACE = 6
/** Nothing else runs here, and the models keep every core busy: else the thread that refuses would wait for its slice of one. */
const TEAM_NICENESS = 10

/** Requests that wait for something else: 16 at once, 40 ms each. */
export async function sleeping(): Promise<Compared> {
  const perMs = stepsPerMs()
  return compared('sleep', { edgeSteps: 0, steps: 0, sleepMs: 40, atOnce: 16, stepsPerMs: perMs }, 32)
}
sleeping.subject = 'sleep'

/** Requests that compute on the main thread, 5 ms each. */
export async function burning(): Promise<Compared> {
  const perMs = stepsPerMs()
  return compared(
    'burn',
    { edgeSteps: perMs / 2, steps: 4 * perMs, sleepMs: 0, atOnce: 1, stepsPerMs: perMs },
    4,
  )
}
burning.subject = 'burn'

function compared(name: string, subject: Subject, window: number): Compared {
  return {
    name,
    window,
    pace: 1,
    contenders: {
      [OURS]: () => ours(subject, DEADLINE_MS, 'adaptive'),
      [WITHOUT]: () => ours(subject, DEADLINE_MS, false),
      'fixed width': () => fixedWidth(subject),
      Piscina: () => pool(subject, DEADLINE_MS),
      'Fastify + under-pressure': () => service(subject),
    },
    stop: async () => {},
  }
}

/** The question-answering team with its models over the bundled documents. */
export async function team(niceness = TEAM_NICENESS): Promise<Compared> {
  const indexDir = await mkdtemp(join(tmpdir(), 'ganglion-overload-'))
  const inference = createInference({ niceness })
  const opened = await openCorpus({ docs: DOCS, indexDir, inference })
  const lines = (await readFile(QUESTIONS, 'utf8')).trim().split('\n')
  const questions = lines.map((line) => (JSON.parse(line) as { question: string }).question)
  const { embedding, extraction, model } = opened
  const calibration = calibrationOf(model, extraction !== undefined)
  const plan = questionAnswering(
    opened.corpus,
    extraction === undefined ? { embedding, calibration } : { embedding, extraction, calibration },
  )
  let asked = 0
  const start = async (admission: 'adaptive' | false): Promise<Contender> => {
    const system = createSystem({ log: false, inference: opened.inference, serializeMessages: true })
    const Text = z.object({ text: z.string() })
    const options = { timeout: DEADLINE_MS, maxInFlight: 100_000, admission }
    const running = await system.run(pipeline('team', Text, options).to(plan))
    const work = new Map<number, number>()
    return {
      ask: async (request, leftMs) => {
        // No question twice: an answer from a cache would be another kind of work.
        asked += 1
        const text = `${questions[asked % questions.length]} (${asked})`
        const spent = { ms: 0 }
        try {
          const { joins } = await running.trace(
            { text },
            {
              timeout: leftMs,
              onEvent: (event) => {
                if (event.type === 'hop') spent.ms += event.hop.runMs
              },
            },
          )
          return joins.some(({ failed, missing }) => failed.length + missing.length > 0) ? IN_PART : ANSWERED
        } finally {
          work.set(request, spent.ms)
        }
      },
      workOf: (request) => work.get(request) ?? 0,
      stop: () => system.stop({ drain: 0 }),
    }
  }
  return {
    name: 'team',
    window: TEAM_WINDOW,
    pace: TEAM_PACE,
    contenders: {
      [OURS]: () => start('adaptive'),
      [WITHOUT]: () => start(false),
      'fixed width': async () => {
        const inner = await start(false)
        const queue = fastq.promise(
          ([request, leftMs]: [number, number]) => inner.ask(request, leftMs),
          TEAM_WINDOW,
        )
        return {
          ask: (request, leftMs) => queue.push([request, leftMs]),
          workOf: inner.workOf,
          stop: async () => {
            queue.kill()
            await inner.stop()
          },
        }
      },
    },
    stop: async () => {
      await opened.close()
      await inference.stop()
      await rm(indexDir, { recursive: true })
    },
  }
}
team.subject = 'team'
