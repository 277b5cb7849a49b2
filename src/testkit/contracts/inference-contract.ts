import assert from 'node:assert/strict'
import { embeddings } from '../../inference/tasks/embeddings.ts'
import type { InferenceHop } from '../../message/header.ts'
import type { InferencePort } from '../../ports/inference.ts'
import { type ContractCheck, checkOf, refused } from './contract.ts'

/** An engine, and what the checks need to know about it. */
export interface InferenceUnderTest {
  readonly engine: InferencePort
  /** The clock of the engine's deadlines, in monotonic milliseconds. */
  readonly now: () => number
  /** A sentence-embedding model of the engine. Default `all-minilm-l6-v2`. */
  readonly model?: string
}

const ROWS = ['a kettle', 'a much longer text about a kettle and its warranty', 'a kettle']

/**
 * What every inference engine must do, whatever its implementation. It runs a sentence-embedding model.
 *
 * @param make starts an engine; each check stops its own.
 */
export function inferenceContract(make: () => Promise<InferenceUnderTest>): readonly ContractCheck[] {
  const check = (name: string, look: (subject: InferenceUnderTest) => Promise<void>) =>
    checkOf(name, make, ({ engine }) => engine.stop(), look)
  const taskOf = ({ model = 'all-minilm-l6-v2' }: InferenceUnderTest) => embeddings(model)
  return [
    check(
      'returns one vector per row, in the order of the rows; equal rows have equal vectors',
      async (subject) => {
        const { engine } = subject
        const { dimensions } = await engine.warm(taskOf(subject))
        const vectors = await engine.run(taskOf(subject), ROWS)
        assert.equal(vectors.length, ROWS.length)
        for (const vector of vectors) {
          assert.ok(vector instanceof Float32Array, 'a vector is a Float32Array')
          assert.equal(vector.length, dimensions)
          assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-3, 'a vector has length 1')
        }
        assert.deepEqual(vectors[0], vectors[2])
        assert.notDeepEqual(vectors[0], vectors[1])
      },
    ),

    check('lists the loaded model, and accounts for its rows', async (subject) => {
      const { engine } = subject
      const info = await engine.warm(taskOf(subject))
      assert.equal(info.model, taskOf(subject).model)
      assert.match(info.sha256, /^[0-9a-f]{64}$/)
      const hops: InferenceHop[] = []
      await engine.run(taskOf(subject), ['one', 'two'], { account: (hop) => hops.push(hop) })
      assert.equal(
        hops.reduce((sum, { rows }) => sum + rows, 0),
        2,
      )
      for (const { computeMs } of hops) assert.ok(computeMs >= 0, 'computing never takes a negative time')
    }),

    check('unwanted rows leave: cancelled, or beyond their deadline', async (subject) => {
      const { engine, now } = subject
      const signal = AbortSignal.abort()
      await refused(engine.run(taskOf(subject), ['x'], { signal }), 'cancelled')
      await refused(engine.run(taskOf(subject), ['x'], { deadline: now() - 1 }), 'deadline')
    }),

    check('an unknown model is named, with a remedy', async ({ engine }) => {
      const error = await refused(engine.run(embeddings('no-such-model'), ['x']), 'model-not-found')
      assert.match(error.message, /no-such-model/)
      assert.match(String((error as { remedy?: unknown }).remedy), /\w/)
    }),

    check('a stopped engine refuses rows', async (subject) => {
      const { engine } = subject
      await engine.stop()
      await refused(engine.run(taskOf(subject), ['x']), 'stopped')
    }),
  ]
}
