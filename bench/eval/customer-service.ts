/**
 * Accuracy of the customer-service team's vote beside its readers, its out-of-scope decision, and the time of a message.
 *
 *     npm run eval -- customer-service [--json] [--quick]
 *     npm run eval -- customer-service --train FILE --test FILE   # rows text,intent; the intent oos is out of scope
 *
 * Without files it holds out every fifth row of the sets in ../shared/data.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { EXAMPLE, type Example, OUT_OF_SCOPE } from '../../dist/actors/customer-service/intents/example.js'
import type { IntentModel } from '../../dist/actors/customer-service/intents/intent-model.js'
import { learnIntents } from '../../dist/actors/customer-service/learn-intents.js'
import { customerService } from '../../dist/actors/customer-service/team.js'
import { readRows } from '../../dist/actors/knowledge/rows/read-rows.js'
import { createInference, createSystem, platformKernel } from '../../dist/src/index.js'
import type { BenchResult } from '../result.ts'

const DATA = new URL('../../../shared/data/', import.meta.url).pathname
/** Messages timed one by one. */
const TIMED = 300
/** All messages are asked at once: a reader that waits for its model is no worse a reader. */
const GRACE = '10m'

interface Parts {
  readonly name: string
  readonly train: readonly Example[]
  readonly test: readonly Example[]
}

export async function run({ argv, quick }: { readonly argv: readonly string[]; readonly quick: boolean }) {
  const { values } = parseArgs({
    args: argv.filter((word) => word !== 'customer-service'),
    options: {
      train: { type: 'string' },
      test: { type: 'string' },
      json: { type: 'boolean' },
      quick: { type: 'boolean' },
    },
  })
  const sets =
    values.train !== undefined && values.test !== undefined
      ? [
          {
            name: 'given',
            train: (await readRows(values.train, EXAMPLE)).rows,
            test: (await readRows(values.test, EXAMPLE)).rows,
          },
        ]
      : await shared()
  const results: BenchResult[] = []
  for (const set of sets) results.push(...(await judge(quick ? few(set) : set)))
  return results
}

async function shared(): Promise<Parts[]> {
  const banking = `${DATA}banking77/train.csv`
  const clinc = `${DATA}clinc150/train-val.json`
  if (!existsSync(banking) || !existsSync(clinc)) {
    process.stderr.write(`customer-service: ${DATA} is absent; pass --train FILE --test FILE\n`)
    return []
  }
  const { rows } = await readRows(banking, EXAMPLE)
  const parts = JSON.parse(await readFile(clinc, 'utf8')) as Record<string, [string, string][]>
  const of = (name: string) => (parts[name] ?? []).map(([text, intent]) => ({ text, intent }))
  return [
    {
      name: 'banking77',
      train: rows.filter((_, i) => i % 5 !== 0),
      test: rows.filter((_, i) => i % 5 === 0),
    },
    { name: 'clinc150', train: [...of('train'), ...of('oos_train')], test: [...of('val'), ...of('oos_val')] },
  ]
}

/** Eight intents, and what is out of scope. */
function few({ name, train, test }: Parts): Parts {
  const kept = new Set([...new Set(train.map(({ intent }) => intent))].slice(0, 8)).add(OUT_OF_SCOPE)
  const some = (rows: readonly Example[]) => rows.filter(({ intent }) => kept.has(intent))
  return { name, train: some(train), test: some(test) }
}

async function judge({ name, train, test }: Parts): Promise<BenchResult[]> {
  const kernel = platformKernel()
  const inference = createInference({ kernel })
  const system = createSystem({ inference, kernel })
  try {
    const begun = kernel.clock.monotonic()
    const model = await learnIntents(train, inference)
    const seconds = (kernel.clock.monotonic() - begun) / 1000
    const running = await system.run(
      customerService({ model, replies: new Map(), minConfidence: 0, people: false, grace: GRACE }),
    )
    const rightBy = new Map<string, number>()
    const count = (reader: string, right: boolean) =>
      rightBy.set(reader, (rightBy.get(reader) ?? 0) + (right ? 1 : 0))
    const missing = new Map<string, number>()
    let kept = 0
    let refused = 0
    const inputs = test.map(({ text }) => ({ text, slots: {}, history: [] }))
    let at = 0
    for await (const { value, error } of running.askAll(inputs, { ordered: true })) {
      const { intent } = test[at++] as Example
      if (value === undefined) throw error
      for (const reader of value.missing) missing.set(reader, (missing.get(reader) ?? 0) + 1)
      if (intent === OUT_OF_SCOPE) {
        if (!value.inScope) refused += 1
        continue
      }
      for (const [reader, vote] of Object.entries(value.votes)) count(reader, vote.intent === intent)
      const right = value.candidates[0]?.intent === intent
      count('vote', right)
      if (right && value.inScope) kept += 1
    }
    const times: number[] = []
    for (const input of inputs.slice(0, TIMED)) {
      const { totalMs } = await running.trace({ ...input, text: `${input.text} ` })
      times.push(totalMs)
    }
    return resultsOf(name, model, test, { rightBy, missing, kept, refused, times, seconds })
  } finally {
    await system.stop({ drain: 0 })
    await inference.stop()
  }
}

function resultsOf(
  name: string,
  model: IntentModel,
  test: readonly Example[],
  {
    rightBy,
    missing,
    kept,
    refused,
    times,
    seconds,
  }: {
    rightBy: ReadonlyMap<string, number>
    missing: ReadonlyMap<string, number>
    kept: number
    refused: number
    times: readonly number[]
    seconds: number
  },
): BenchResult[] {
  const outside = test.filter(({ intent }) => intent === OUT_OF_SCOPE).length
  const inside = test.length - outside
  const share = (what: string, count: number, of: number): BenchResult => ({
    name: `${name}: ${what}`,
    value: of === 0 ? 0 : Math.round((count / of) * 10_000) / 10_000,
    unit: 'share',
  })
  const readers = [...rightBy].filter(([reader]) => reader !== 'vote')
  const [bestName = '', bestRight = 0] = readers.sort((a, b) => b[1] - a[1])[0] ?? []
  const vote = rightBy.get('vote') ?? 0
  const sorted = [...times].sort((a, b) => a - b)
  return [
    { name: `${name}: examples`, value: model.card.examples, unit: 'rows' },
    { name: `${name}: learning, embedding included`, value: seconds, unit: 's' },
    // What a reader did not read says nothing of it.
    ...[...missing].map(([reader, count]) => ({
      name: `${name}: ${reader} was missing`,
      value: count,
      unit: 'messages',
    })),
    ...readers.map(([reader, right]) => share(`${reader} alone, accuracy`, right, inside)),
    {
      ...share('vote, accuracy', vote, inside),
      ratio: bestRight === 0 ? 0 : vote / bestRight,
      of: `${bestName} alone`,
    },
    share('in scope, right and kept', kept, inside),
    ...(outside === 0 ? [] : [share('out of scope, recall', refused, outside)]),
    { name: `${name}: a message, p95`, value: sorted[Math.floor(sorted.length * 0.95)] ?? 0, unit: 'ms' },
  ]
}
