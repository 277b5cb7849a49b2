import type { Schema, SchemaInput, SchemaOutput } from '../behavior/define-processor.ts'
import { aFilledText, aFunction, aSchema, demand } from '../kernel/demand.ts'
import { timeLimit } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { Host } from '../ports/host.ts'
import { retryBudgetPolicy } from '../supervision/retry-budget.ts'
import { startPipeline } from './control/start-pipeline.ts'
import { PipelinePlanError } from './errors.ts'
import { toMermaid } from './pictures/mermaid.ts'
import { toSvg } from './pictures/svg.ts'
import type { FanOptions, Pipeline, PipelineOptions } from './pipeline.ts'
import { admissionPolicy } from './plan/admission-policy.ts'
import {
  FAN_OPTIONS,
  JOIN_OPTIONS,
  LOOP_OPTIONS,
  PIPELINE_OPTIONS,
  STAGE_OPTIONS,
  STEP_OPTIONS,
} from './plan/known-options.ts'
import { INPUT, type LoopNode, type MergeNode, type NodeFunction, type Plan } from './plan/plan.ts'
import { checkPlan, HISTORY_MAX, problemsOf } from './plan/plan-checks.ts'
import { checkRegistry, type PlanRegistry, planFromJson, planToJson } from './plan/plan-json.ts'
import {
  type AnyStage,
  addStage,
  append,
  branchOut,
  checkStage,
  fanOut,
  freeName,
  loopOver,
} from './plan/plan-steps.ts'
import type { StageOptions } from './plan/stage-options.ts'
import type { JoinOptions, LoopBounds, StepOptions } from './plan/step-options.ts'

/**
 * Starts a typed pipeline: `pipeline('qa', Question).to(Embed).fan({ … }).merge(…)`; run it with `system.run`.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option that is unknown or out of range.
 */
export function pipeline<S extends Schema>(
  name: string,
  input: S,
  options: PipelineOptions = {},
): Pipeline<SchemaInput<S>, SchemaOutput<S>, SchemaOutput<S>> {
  aFilledText(name, 'pipeline.name', 'a name')
  aSchema(input, `${name}.input`)
  onlyOptions(options, name, PIPELINE_OPTIONS)
  const timeoutMs = timeLimit(options.timeout ?? '30s', `${name}.timeout`)
  const maxInFlight = wholeNumber(options.maxInFlight ?? 1024, `${name}.maxInFlight`)
  const history = wholeNumber(options.history ?? 100, `${name}.history`, 0, HISTORY_MAX)
  const admission = admissionIn(options, maxInFlight, `${name}.admission`)
  const { retryBudget } = options
  return chain({
    name,
    input,
    timeoutMs,
    maxInFlight,
    history,
    ...(admission === undefined ? {} : { admission }),
    ...(retryBudget === undefined
      ? {}
      : { retryBudget: retryBudgetPolicy(retryBudget, `${name}.retryBudget`) }),
    nodes: [],
    edges: [],
    exit: INPUT,
  })
}

/**
 * A pipeline from its JSON, with the processors, merges and functions it names. The JSON lacks TypeScript's types, so
 * they are `unknown`, and the schemas of the processors check every message.
 *
 * @throws PipelinePlanError (`pipeline-plan`) with every problem: parts of the wrong shape, names missing in the
 * registry, and everything that `Pipeline.problems` finds; InvalidArgumentError (`invalid-argument`) for an invalid registry.
 */
export function pipelineFromJSON(json: unknown, registry: PlanRegistry): Pipeline<unknown, unknown> {
  demand(json, 'json', 'plain data, as JSON.parse returns it', (data) => [JSON.stringify(data)].length > 0)
  checkRegistry(registry)
  const { plan, problems } = planFromJson(json, registry)
  if (plan === undefined || problems.length > 0) throw new PipelinePlanError(plan?.name ?? '?', problems)
  return chain(plan)
}

/** A fixed number in flight alone asks for no more than that; absent where the default policy holds. */
function admissionIn(
  { admission, maxInFlight: given }: PipelineOptions,
  maxInFlight: number,
  path: string,
): Plan['admission'] {
  if (admission === undefined) return given === undefined ? undefined : false
  return admissionPolicy(admission, maxInFlight, path)
}

interface LoopOptions extends LoopBounds {
  readonly until?: LoopNode['condition']
  readonly while?: LoopNode['condition']
}

/** The steps, with their types erased: `Pipeline` states the types. */
function chain<I, C, V>(plan: Plan): Pipeline<I, C, V> {
  const steps = {
    name: plan.name,
    plan,
    start: async (host: Host) => startPipeline<I, C>(checkPlan(plan), host),
    to: (stage: AnyStage, given: StageOptions & StepOptions = {}) => {
      checkStage(stage, `${plan.name}.to`)
      onlyOptions(given, `${plan.name}.${stage.name}`, [...STEP_OPTIONS, ...STAGE_OPTIONS])
      const { name = stage.name, ...options } = given
      return chain(addStage(plan, stage, freeName(plan, name), options))
    },
    map: (run: NodeFunction, options: StepOptions = {}) =>
      chain(append(plan, { kind: 'map', ...step(plan, 'map', run, options) })),
    tap: (run: NodeFunction, options: StepOptions = {}) =>
      chain(append(plan, { kind: 'tap', ...step(plan, 'tap', run, options) })),
    fan: (branches: Readonly<Record<string, AnyStage>>, options: FanOptions = {}) => {
      onlyOptions(options, `${plan.name}.fan`, FAN_OPTIONS)
      const { weights = {}, policies = {}, route, optional } = options
      return {
        merge: (strategy: MergeNode['strategy'], join: JoinOptions = {}) => {
          onlyOptions(join, `${plan.name}.merge`, JOIN_OPTIONS)
          aFunction(strategy, `${plan.name}.merge`, 'a merge: a function of the parts')
          return chain(fanOut(plan, { branches, weights, policies, route, optional }, strategy, join))
        },
      }
    },
    branch: (select: NodeFunction, ways: Readonly<Record<string, AnyStage>>, options: StepOptions = {}) =>
      chain(branchOut(plan, aFunction(select, `${plan.name}.branch`), ways, nameOf(plan, 'branch', options))),
    loop: (body: AnyStage, options: LoopOptions) => {
      onlyOptions(options ?? null, `${plan.name}.loop`, LOOP_OPTIONS)
      const [condition, test] = conditionOf(plan, options)
      return chain(loopOver(plan, body, condition, { ...options, test }))
    },
    problems: () => problemsOf(plan),
    toJSON: () => planToJson(plan),
    toMermaid: () => toMermaid(plan),
    toSVG: (options = {}) => toSvg(plan, options),
  }
  return steps as unknown as Pipeline<I, C, V>
}

/** A step that is one function. @throws InvalidArgumentError (`invalid-argument`) */
function step(plan: Plan, kind: string, run: NodeFunction, options: StepOptions) {
  return { name: freeName(plan, nameOf(plan, kind, options)), run: aFunction(run, `${plan.name}.${kind}`) }
}

/** The name of a step without other options. */
function nameOf(plan: Plan, kind: string, options: StepOptions): string {
  onlyOptions(options, `${plan.name}.${kind}`, STEP_OPTIONS)
  return options.name ?? kind
}

function conditionOf(plan: Plan, options: LoopOptions): [LoopNode['condition'], LoopNode['test']] {
  if (typeof options.until === 'function') return [options.until, 'until']
  if (typeof options.while === 'function') return [options.while, 'while']
  const path = `${plan.name}.${options.name ?? 'loop'}`
  throw new InvalidArgumentError(`${path} has no condition`, {
    path,
    value: options,
    remedy: 'Pass until: (value) => boolean, or while: (value) => boolean',
  })
}
