import { atOnce } from '../../kernel/callbacks.ts'
import { InvalidArgumentError, text } from '../../kernel/errors.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { UnknownDecisionError } from '../../routing/errors.ts'
import type {
  BranchReport,
  RouteChooser,
  RouteExplanation,
  RoutePolicy,
  RouteState,
} from '../../routing/policy.ts'
import { RouteChoice } from '../../routing/route-choice.ts'
import { NoSuchBranchError, PipelinePlanError } from '../errors.ts'
import { localName, type MergeNode } from '../plan/plan.ts'
import type { MadeDecision, RouteDecision } from '../run/decisions.ts'
import type { Fan, Layout } from '../run/layout.ts'
import type { PipelineRun } from '../run/run.ts'
import type { Ballot } from '../run/votes.ts'
import { checkChoice, ofPolicy, opened } from './own-policies.ts'

/** One branch that a policy chose for one message. */
export interface Chosen {
  readonly branch: string
  /** Index of its first node. */
  readonly head: number
  readonly weight: number
  readonly shadow: boolean
}

/** Everything the policies of a pipeline have learned, as plain data. */
export interface RoutesState {
  readonly version: 1
  readonly pipeline: string
  readonly fans: { readonly [fan: string]: RouteState }
}

/** The policies of a running pipeline, by the name of the merge that ends their fan. */
export interface PipelineRoutes {
  /** Plain data (JSON) of everything learned. */
  save(): RoutesState
  /**
   * Continues from a saved state, of this or another process; all of it or nothing.
   *
   * @throws InvalidArgumentError (`invalid-argument`): another pipeline, an unknown fan, another version, or damaged.
   */
  restore(state: unknown): void
  /** While frozen, policies choose by what they know and learn nothing. @throws InvalidArgumentError for an unknown fan. */
  freeze(frozen?: boolean, fan?: string): void
  /** By fan: the traffic and outcomes of each branch. */
  report(): { readonly [fan: string]: readonly BranchReport[] }
}

interface Site {
  readonly node: MergeNode
  readonly policy: RoutePolicy<never, string>
  readonly chooser: RouteChooser
}

/**
 * One chooser per fan with a policy. It belongs to the pipeline, not to a stage, so crashes, restarts, swaps and
 * replacements do not affect what it has learned.
 */
export class FanRoutes implements PipelineRoutes {
  readonly #pipeline: string
  readonly #kernel: Kernel
  readonly #load: (branch: string) => number
  readonly #sites = new Map<string, Site>()
  readonly #choice = new RouteChoice()

  constructor(pipeline: string, kernel: Kernel, load: (branch: string) => number) {
    this.#pipeline = pipeline
    this.#kernel = kernel
    this.#load = load
  }

  /** Opens new policies. @throws PipelinePlanError (`pipeline-plan`): a policy names a branch that its fan lacks. */
  follow({ plan }: Pick<Layout, 'plan'>): void {
    for (const node of plan.nodes) {
      if (node.kind !== 'merge' || node.route === undefined) continue
      const { route } = node
      const branches = node.join.expected.map((branch) => localName(node, branch))
      const unknown = route.names.filter((name) => !branches.includes(name))
      if (unknown.length > 0) {
        throw new PipelinePlanError(
          this.#pipeline,
          unknown.map((name) => ({
            path: `${node.name}.route`,
            value: name,
            what: `the policy '${route.kind}' of '${node.name}' names '${name}', which is not one of its branches`,
          })),
        )
      }
      if (this.#sites.get(node.name)?.policy === route) continue
      const path = `${this.#pipeline}.${node.name}`
      const random = this.#kernel.random.stream(`route ${path}`)
      const chooser = opened(route, {
        path,
        random,
        clock: this.#kernel.clock,
        load: (branch) => this.#load(node.within === undefined ? branch : `${node.within}.${branch}`),
      })
      this.#sites.set(node.name, { policy: route, chooser, node })
    }
  }

  /** The branches for one message, at least one. @throws NoSuchBranchError when the policy's conditions refuse all. */
  choose(fan: Fan, run: PipelineRun, value: unknown, now: number): readonly Chosen[] {
    const { chooser } = this.#sites.get(fan.merge) as Site
    const choice = this.#choice
    const { id, orderKey: key } = run
    choice.clear()
    atOnce(fan.merge, chooser.choose(fan.set, { id, key, value, remainingMs: run.deadline - now }, choice))
    checkChoice(choice, fan)
    const chosen: Chosen[] = []
    for (let i = 0; i < choice.count; i++) {
      const at = choice.chosen[i] as number
      chosen.push({
        branch: fan.branches[at] as string,
        head: fan.heads[at] as number,
        weight: choice.weight[i] as number,
        shadow: choice.shadow[i] === 1,
      })
    }
    const named = (shadow: boolean) =>
      chosen.filter((one) => one.shadow === shadow).map(({ branch }) => branch)
    const decision = {
      fan: fan.merge,
      kind: chooser.kind,
      chosen: named(false),
      shadows: named(true),
      at: now,
      ended: [],
    }
    if (decision.chosen.length === 0) {
      throw new NoSuchBranchError(fan.merge, 'none', fan.branches)
    }
    run.decisions ??= []
    run.decisions.push(decision)
    return chosen
  }

  /** A branch of this run has ended. */
  ended(run: PipelineRun, branch: string, failed: boolean): void {
    for (const { fan, chosen, shadows, at, ended } of run.decisions ?? []) {
      if (!chosen.includes(branch) && !shadows.includes(branch)) continue
      if (ended.includes(branch)) continue
      ended.push(branch)
      const latencyMs = this.#kernel.clock.monotonic() - at
      const site = this.#sites.get(fan)
      const own = site === undefined ? branch : localName(site.node, branch)
      atOnce(fan, site?.chooser.observe(run.id, own, { latencyMs, failed, agreement: undefined }))
      return
    }
  }

  /** A vote reports how far each voter agreed with the others. */
  voted(run: PipelineRun, merge: string, ballots: readonly Ballot[]): void {
    const decision = run.decisions?.find(({ fan }) => fan === merge)
    if (decision === undefined) return
    const latencyMs = this.#kernel.clock.monotonic() - decision.at
    const chooser = this.#sites.get(merge)?.chooser
    for (const { share, voters } of ballots) {
      const agreement = Math.min(1, Math.max(0, share))
      for (const voter of voters)
        atOnce(merge, chooser?.observe(run.id, voter, { latencyMs, failed: false, agreement }))
    }
  }

  /** @throws UnknownDecisionError (`unknown-decision`), InvalidArgumentError (`invalid-argument`) for a reward outside [0, 1]. */
  feedback(id: number, reward: number): void {
    if (typeof reward !== 'number' || !(reward >= 0 && reward <= 1)) {
      throw new InvalidArgumentError(`the reward of run ${text(id)} is ${text(reward)}`, {
        path: 'reward',
        value: reward,
        remedy: 'Pass a number from 0 (worst) to 1 (best)',
      })
    }
    const learners = [...this.#sites].filter(([, { chooser }]) => chooser.learner !== undefined)
    const waiting = learners.filter(([fan, { chooser }]) =>
      ofPolicy(fan, 'learner.awaits', () => chooser.learner?.awaits(id)),
    )
    // No policy waits for it: one that knows it says why (settled, expired), otherwise it is unknown.
    for (const [fan, { chooser }] of waiting.length === 0 ? learners : waiting)
      ofPolicy(fan, 'learner.feedback', () => chooser.learner?.feedback(id, reward))
    if (waiting.length === 0) throw new UnknownDecisionError(this.#pipeline, id, 'unknown')
  }

  /** The decisions of a run, with the learners' explanations. */
  decisions(id: number, made: readonly MadeDecision[]): readonly RouteDecision[] {
    return made.map(({ fan, kind, chosen, shadows }) => {
      const why = this.#why(fan, id)
      return { fan, kind, chosen, shadows, ...(why === undefined ? {} : { why }) }
    })
  }

  /** @throws UnknownDecisionError (`unknown-decision`) */
  why(id: number, made: readonly MadeDecision[] | undefined): readonly RouteDecision[] {
    if (made !== undefined && made.length > 0) return this.decisions(id, made)
    const known = [...this.#sites].flatMap(([fan, { chooser }]): RouteDecision[] => {
      const why = this.#why(fan, id)
      return why === undefined ? [] : [{ fan, kind: chooser.kind, chosen: why.chosen, shadows: [], why }]
    })
    if (known.length === 0) throw new UnknownDecisionError(this.#pipeline, id, 'unknown')
    return known
  }

  #why(fan: string, id: number): RouteExplanation | undefined {
    try {
      return ofPolicy(fan, 'learner.why', () => this.#sites.get(fan)?.chooser.learner?.why(id))
    } catch (error) {
      if (error instanceof UnknownDecisionError) return undefined
      throw error
    }
  }

  save(): RoutesState {
    const states = [...this.#sites].flatMap(([fan, { chooser }]) => {
      const state = ofPolicy(fan, 'save', () => chooser.save())
      return state === undefined ? [] : [[fan, state] as const]
    })
    // Not by assignment, because a merge may have any name.
    return { version: 1, pipeline: this.#pipeline, fans: Object.fromEntries(states) }
  }

  restore(state: unknown): void {
    const { fans } = this.#checked(state)
    const undo: (() => void)[] = []
    try {
      for (const [fan, one] of Object.entries(fans)) {
        const chooser = this.#site(fan, `state.fans.${fan}`).chooser
        const before = ofPolicy(fan, 'save', () => chooser.save())
        if (before !== undefined) undo.push(() => ofPolicy(fan, 'restore', () => chooser.restore(before)))
        ofPolicy(fan, 'restore', () => chooser.restore(one))
      }
    } catch (error) {
      for (const back of undo) back()
      throw error
    }
  }

  freeze(frozen = true, fan?: string): void {
    const sites = fan === undefined ? [...this.#sites.values()] : [this.#site(fan, 'fan')]
    for (const { chooser } of sites) if (chooser.learner !== undefined) chooser.learner.frozen = frozen
  }

  report(): Record<string, readonly BranchReport[]> {
    return Object.fromEntries(
      [...this.#sites].map(([fan, { chooser }]) => [fan, ofPolicy(fan, 'report', () => chooser.report())]),
    )
  }

  #site(fan: string, path: string): Site {
    const site = this.#sites.get(fan)
    if (site === undefined) {
      throw new InvalidArgumentError(`'${fan}' is not a fan with a policy`, {
        path,
        value: fan,
        remedy: `Use the name of its merge: ${[...this.#sites.keys()].join(', ') || '(there is none)'}`,
      })
    }
    return site
  }

  #checked(state: unknown): RoutesState {
    const given = state as Partial<RoutesState> | undefined | null
    const fail = (path: string, value: unknown, remedy: string): never => {
      throw new InvalidArgumentError(`this is not a saved state of '${this.#pipeline}'`, {
        path,
        value,
        remedy,
      })
    }
    if (typeof given !== 'object' || given === null || !isReadable(given))
      return fail('state', state, 'Pass the result of routes.save()')
    if (given.version !== 1) return fail('state.version', given.version, 'Pass a state of version 1')
    if (given.pipeline !== this.#pipeline)
      return fail('state.pipeline', given.pipeline, 'Pass the state of this pipeline')
    if (typeof given.fans !== 'object' || given.fans === null)
      return fail('state.fans', given.fans, 'Pass the result of routes.save()')
    return given as RoutesState
  }
}

/** Not a proxy or a getter that throws. */
function isReadable(state: Partial<RoutesState>): boolean {
  try {
    return [state.version, state.pipeline, state.fans].length > 0
  } catch {
    return false
  }
}
