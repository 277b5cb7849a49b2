/**
 * Does the simulator find a bug in our own runtime? Each mutation is applied to a copy of the sources, and the daily
 * scenarios must fail on it.
 *
 *     npx tsx scripts/mutate.ts [--runs N] [--only NAME]
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

interface Mutation {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** The scenario that finds it; one of the daily scenarios catches every mutation. */
  readonly scenario:
    | 'bounds'
    | 'contained'
    | 'contexts'
    | 'copies'
    | 'ended'
    | 'fan-in'
    | 'fences'
    | 'mailboxes'
    | 'promises'
    | 'routers'
    | 'supervision'
    | 'timers'
}

const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a message that waits is forgotten when its actor stops',
    file: 'src/system/actor/stop.ts',
    from: "cell.lose(envelope, 'stopped', cell.gone(envelope))\n  }\n  cell.become('STOPPED')",
    to: "void envelope\n  }\n  cell.become('STOPPED')",
    scenario: 'mailboxes',
  },
  {
    name: 'one attempt too many',
    file: 'src/supervision/attempts.ts',
    from: "if (attempt >= attempts) return 'failed'",
    to: "if (attempt > attempts) return 'failed'",
    scenario: 'supervision',
  },
  {
    name: 'later messages go ahead of one between two attempts',
    file: 'src/system/actor/attempts.ts',
    from: 'retrying.size === 0 || cell.definition.skipAhead',
    to: 'retrying.size === 0 || !cell.definition.skipAhead',
    scenario: 'supervision',
  },
  {
    name: 'the deadline is not looked at before a handler begins',
    file: 'src/system/actor/delivery.ts',
    from: 'if (envelope.deadline !== 0 && envelope.deadline <= now) {',
    to: 'if (envelope.deadline !== 0 && envelope.deadline <= now - 1e9) {',
    scenario: 'mailboxes',
  },
  {
    name: 'a processor begins after its deadline',
    file: 'src/system/stage/stage-cell.ts',
    from: 'if (deadline <= now)',
    to: 'if (deadline <= now - 1e9)',
    scenario: 'fan-in',
  },
  {
    name: 'a join emits again',
    file: 'src/pipeline/flow/merge-stage.ts',
    from: 'if (join.completedBy !== undefined && join.completedBy !== parcel) {',
    to: 'if (join.completedBy !== undefined && join.completedBy === parcel) {',
    scenario: 'fan-in',
  },
  {
    name: 'a quorum of one less',
    file: 'src/merge/join.ts',
    from: "arrived >= policy.quorum ? 'merge' : 'fail'",
    to: "arrived >= policy.quorum - 1 ? 'merge' : 'fail'",
    scenario: 'fan-in',
  },
  {
    name: 'a fenced-off handler counts',
    file: 'src/system/actor/handling.ts',
    from: 'if (cell.extra?.handlings.delete(handling) !== true) return false',
    to: 'cell.extra?.handlings.delete(handling)',
    scenario: 'supervision',
  },
  {
    name: 'the next message is taken while an asynchronous handler runs',
    file: 'src/system/actor/states.ts',
    from: "cell.able = cell.lifecycle === 'running' && cell.underway === 0\n  if (cell.lifecycle === 'stopping')",
    to: "cell.able = cell.lifecycle === 'running'\n  if (cell.lifecycle === 'stopping')",
    scenario: 'mailboxes',
  },
  {
    name: 'a restart that waits survives the stop',
    file: 'src/system/actor/family.ts',
    from: 'for (const timer of this.#restarts) timer.cancel()',
    to: 'void this.#restarts',
    scenario: 'supervision',
  },
  {
    name: 'one restart more than the intensity allows',
    file: 'src/supervision/restart-intensity.ts',
    from: 'allowed: recent.length <= intensity.restarts',
    to: 'allowed: recent.length <= intensity.restarts + 1',
    scenario: 'supervision',
  },
  {
    name: 'a shed message is not counted',
    file: 'src/system/actor/admission.ts',
    from: "cell.lose(oldest, 'shed', cell.full(oldest))",
    to: 'void oldest',
    scenario: 'mailboxes',
  },
  {
    name: 'a retry goes to the end of its mailbox',
    file: 'src/system/actor/actor-cell.ts',
    from: 'this.box().unshift(envelope.extra?.priority ?? 0, envelope, envelope.extra?.bytes ?? 0)',
    to: 'this.box().pushTo(envelope.extra?.priority ?? 0, envelope, envelope.extra?.bytes ?? 0)',
    scenario: 'mailboxes',
  },
  {
    name: 'a lost part is not told to its join',
    file: 'src/pipeline/flow/outcomes.ts',
    from: "this.#flow.send(merge, 0, undefined, { run, from: part, signal: 'part-lost', error, frame: within })",
    to: 'void error',
    scenario: 'fan-in',
  },
  {
    name: 'what user code throws is looked at as if it were ours',
    file: 'src/kernel/errors.ts',
    from: '  try {\n    return value instanceof kind\n  } catch {\n    return false\n  }',
    to: '  return value instanceof kind',
    scenario: 'contained',
  },
  {
    name: 'an instance that ends forgets what its handler has answered',
    file: 'src/system/actor/context-ends.ts',
    from: "return context['~end'] === 'replied' || backAgain",
    to: 'return backAgain',
    scenario: 'ended',
  },
  {
    name: 'what has lost a race works on',
    file: 'src/system/gather.ts',
    from: 'if (this.#race) this.cancel(new AskCancelledError(...this.#lost()))',
    to: 'void this.#race',
    scenario: 'routers',
  },
  {
    name: 'a timer that was set again fires anyway',
    file: 'src/system/actor/timer-ticket.ts',
    from: 'if (this.live) return true',
    to: 'if (this.live || this.key !== undefined) return true',
    scenario: 'timers',
  },
  {
    name: 'what a run sends runs in the context of its sender',
    file: 'src/pipeline/flow/flow.ts',
    from: 'context: run.context,',
    to: 'context: undefined,',
    scenario: 'contexts',
  },
  {
    name: 'a question that a step does not await ends the process',
    file: 'src/pipeline/flow/human.ts',
    from: '  promise.catch(() => {})\n',
    to: '',
    scenario: 'promises',
  },
  {
    name: 'a handler that was given up goes on as the next',
    file: 'src/system/actor/handling.ts',
    from: '  if (!context.closed) context.close(error)\n',
    to: '',
    scenario: 'fences',
  },
  {
    name: 'a handler that has ended answers again',
    file: 'src/system/actor/actor-context.ts',
    from: 'if (this.held) return this.message',
    to: 'if (this.message !== undefined) return this.message',
    scenario: 'fences',
  },
  {
    name: 'what is between two attempts takes no room',
    file: 'src/mailbox/mailbox.ts',
    from: 'if (this.#size + this.held >= this.#limits.capacity) return true',
    to: 'if (this.#size >= this.#limits.capacity) return true',
    scenario: 'bounds',
  },
  {
    name: 'a reply is shared with its sender',
    file: 'src/system/actor/message-view.ts',
    from: 'codec === undefined || value === undefined ? value :',
    to: 'codec === undefined || value !== undefined ? value :',
    scenario: 'copies',
  },
]

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '3000' }, only: { type: 'string' } },
})
const copy = mkdtempSync(join(tmpdir(), 'ganglion-mutants-'))
let missed = 0
try {
  for (const name of [
    'src',
    'actors',
    'test/simulation',
    'scripts',
    'models',
    'package.json',
    'tsconfig.json',
  ])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const mutation of MUTATIONS) {
    if (values.only !== undefined && !mutation.name.includes(values.only)) continue
    const caught = isCaught(mutation)
    if (caught === undefined) missed += 1
    console.log(
      `${caught === undefined ? 'MISSED' : 'caught'}  ${mutation.name}${caught === undefined ? '' : `: ${caught}`}`,
    )
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(missed === 0 ? 'every mutation is caught' : `${missed} mutations are missed`)
process.exitCode = missed === 0 ? 0 : 1

/** What the simulator found; undefined if it found nothing. */
function isCaught({ name, file, from, to, scenario }: Mutation): string | undefined {
  const path = join(copy, file)
  const source = readFileSync(path, 'utf8')
  if (source.split(from).length !== 2) throw new Error(`'${name}' no longer fits ${file}`)
  writeFileSync(
    path,
    source.replace(from, () => to),
  )
  try {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'scripts/simulate.ts', '--runs', values.runs, '--only', scenario],
      { cwd: copy, encoding: 'utf8' },
    )
    if (status === 0) return undefined
    const [counts = '', found] = stdout.split('\n')
    return (found || counts.split('vacuous: ')[1]) ?? stderr.trim().split('\n').at(-1)
  } finally {
    writeFileSync(path, source)
  }
}
