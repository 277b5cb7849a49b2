import { atOnce } from '../../kernel/callbacks.ts'
import { within } from '../checks.ts'
import { ByBranch, Chooser, savedBy } from '../chooser.ts'
import { UnknownDecisionError } from '../errors.ts'
import type {
  BranchSet,
  RouteCause,
  RouteExplanation,
  RouteLearner,
  RouteOutcome,
  RouteRequest,
  RouteSite,
  RouteState,
} from '../policy.ts'
import type { RouteChoice } from '../route-choice.ts'
import { type SavedArm, savedArms } from './arm-state.ts'
import { DecisionFigures } from './decision-figures.ts'
import { type Arm, type Decision, DecisionLog } from './decision-log.ts'
import { explain } from './explain.ts'
import type { Learning } from './learning-options.ts'
import { ShareKeeper } from './share-bounds.ts'

/**
 * What every learning chooser does. An algorithm adds how it scores branches, chooses by score and learns.
 *
 *   pick:      score every branch ─▶ who is due? (bounds) ─▶ explore? (floor) ─▶ best by score ─▶ log the decision
 *   feedback:  find the decision ─▶ reward of each branch chosen ─▶ learn
 *
 * Arms are stored by name, so replicas may come and go. A decision remembers its arms, so late feedback still reaches them.
 */
export abstract class Bandit<T, A extends Arm> extends Chooser<T> implements RouteLearner {
  frozen: boolean
  protected readonly arms: ByBranch<A>
  readonly #learning: Learning
  readonly #log: DecisionLog<A>
  readonly #shares: ShareKeeper
  #scores: Float64Array = new Float64Array(0)
  #allowed: Uint8Array = new Uint8Array(0)
  readonly #figures = new DecisionFigures()
  #cause: RouteCause = 'learned'

  constructor(site: RouteSite, learning: Learning) {
    super(site)
    this.#learning = learning
    this.frozen = learning.frozen
    this.arms = new ByBranch((name) => this.newArm({ name, plays: 0, count: 0, sum: 0 }))
    this.#log = new DecisionLog(learning.pendingMax, learning.rememberMax, learning.expireMs)
    this.#shares = new ShareKeeper(learning.bounds, `${site.path}.bounds`)
  }

  /** What the algorithm compares, in words, for `why`. */
  protected abstract readonly measure: string

  /** A branch that was never seen. */
  protected abstract newArm(arm: Arm): A

  /** Scores every arm: the higher the better; `frozen` asks for no exploration. @returns the features used, if any. */
  protected abstract score(arms: readonly A[], value: T, scores: Float64Array): Float64Array | undefined

  /** One more reward for an arm; `count` and `sum` already include it. */
  protected abstract learn(arm: A, reward: number, decision: Decision<A>): void

  /** The position to choose among those allowed. Default: the highest score; ties go to the fewest plays, then to chance. */
  protected select(scores: Float64Array, allowed: Uint8Array): number {
    const { at: arms } = this.arms
    let best = -1
    let equals = 0
    for (let at = 0; at < arms.length; at++) {
      if (allowed[at] === 0) continue
      const order = best === -1 ? 1 : this.#order(scores, at, best)
      if (order < 0) continue
      equals = order > 0 ? 1 : equals + 1
      if (equals === 1 || this.site.random.integer(equals) === 0) best = at
    }
    return best
  }

  /** Probability of each position before floor and bounds. Default: all on the selected one. */
  protected probability(_scores: Float64Array, position: number, selected: number): number {
    return position === selected ? 1 : 0
  }

  override get learner(): RouteLearner {
    return this
  }

  get pending(): number {
    return this.#log.pending
  }

  get expired(): number {
    return this.#log.expired
  }

  protected override compile(branches: BranchSet): void {
    this.arms.see(branches)
    this.#shares.see(branches)
    this.#scores = new Float64Array(branches.names.length)
    this.#allowed = new Uint8Array(branches.names.length)
  }

  protected pick(branches: BranchSet, request: RouteRequest<T>, into: RouteChoice): void {
    const now = this.site.clock.monotonic()
    this.#log.expire(now)
    const scores = this.#scores
    const { at: arms } = this.arms
    // Features can throw, so they are computed before anything changes.
    const features = this.score(arms, request.value, scores)
    const base = this.#figures.add(arms, scores, this.#learning.picks === 1)
    const picks = Math.min(this.#learning.picks, arms.length)
    let left = this.#shares.open(this.#allowed)
    let cause: RouteCause = 'learned'
    const chosen: number[] = []
    const chosenArms: A[] = []
    const rewards: number[] = []
    for (let pick = 0; pick < picks && left > 0; pick++, left--) {
      const position = this.#one(left, picks === 1 ? base : -1)
      const arm = arms[position] as A
      if (pick === 0) cause = this.#cause
      this.#allowed[position] = 0
      this.#shares.chosen(position)
      arm.plays += 1
      chosen.push(position)
      chosenArms.push(arm)
      rewards.push(Number.NaN)
      into.add(position, 1)
    }
    this.#log.add({
      id: request.id,
      at: now,
      names: branches.names,
      figures: this.#figures.buffer,
      base,
      chosen,
      arms: chosenArms,
      rewards,
      cause,
      features,
      state: 'pending',
      open: chosen.length,
      previous: undefined,
      older: undefined,
      newer: undefined,
    })
  }

  feedback(id: number, reward: number): void {
    within(reward, `${this.site.path}.feedback`, 0, 1)
    const latest = this.#find(id)
    let taken = false
    for (let at: Decision<A> | undefined = latest; at !== undefined; at = at.previous) {
      if (at.state !== 'pending') continue
      taken = true
      for (let nth = 0; nth < at.chosen.length; nth++) this.#reward(at, nth, reward)
    }
    if (!taken) {
      throw new UnknownDecisionError(this.site.path, id, latest.state === 'expired' ? 'expired' : 'settled')
    }
  }

  awaits(id: number): boolean {
    for (let at = this.#log.get(id); at !== undefined; at = at.previous) {
      if (at.state === 'pending') return true
    }
    return false
  }

  why(id: number): RouteExplanation {
    return explain(this.kind, this.measure, this.#find(id))
  }

  override observe(id: number, branch: string, outcome: RouteOutcome): void {
    super.observe(id, branch, outcome)
    const reward = atOnce(this.site.path, this.#learning.reward?.reward(outcome))
    if (reward === undefined || !(reward >= 0 && reward <= 1)) return
    for (let at = this.#log.get(id); at !== undefined; at = at.previous) {
      const nth = at.chosen.findIndex((position) => at?.names[position] === branch)
      if (nth !== -1 && at.state === 'pending') this.#reward(at, nth, reward)
    }
  }

  override save(): RouteState {
    const arms = [...this.arms.entries()].map(([, arm]) => this.saveArm(arm))
    return { version: 1, kind: this.kind, frozen: this.frozen, arms }
  }

  override restore(state: unknown): void {
    const saved = savedBy(this.kind, state, this.site.path)
    const arms = savedArms(saved.arms, this.site.path).map((arm) => this.#restored(arm))
    this.frozen = this.#learning.frozen || saved.frozen === true
    for (const arm of arms) {
      const known = this.arms.get(arm.name)
      // Pending decisions and the branch set hold the arm itself, so it is overwritten in place.
      if (known === undefined) this.arms.set(arm.name, arm)
      else Object.assign(known, arm)
    }
  }

  /** An arm as JSON. */
  protected saveArm(arm: A): SavedArm {
    const { name, plays, count, sum } = arm
    return { name, plays, count, sum }
  }

  /** Reads the algorithm's own fields from a saved arm. @throws InvalidArgumentError if they are damaged */
  protected loadArm(_arm: A, _saved: SavedArm): void {}

  #restored(saved: SavedArm): A {
    const { name, plays, count, sum } = saved
    const arm = this.newArm({ name, plays, count, sum })
    this.loadArm(arm, saved)
    return arm
  }

  /** Picks one of the `count` allowed. Sets `#cause`, and the propensities at `base` unless that is -1. */
  #one(count: number, base: number): number {
    const allowed = this.#allowed
    const due = this.#shares.mostDue(allowed)
    if (due !== -1) {
      this.#cause = 'bound'
      if (base !== -1) this.#figures.setPropensity(base, due, 1)
      return due
    }
    const { floor } = this.#learning
    const selected = this.select(this.#scores, allowed)
    if (base !== -1) this.#propensities(base, selected, floor, count)
    if (floor > 0 && this.site.random.next() < floor) {
      this.#cause = 'floor'
      return this.#nthAllowed(count)
    }
    if (this.frozen) this.#cause = 'frozen'
    else this.#cause = (this.arms.at[selected] as A).count === 0 ? 'untried' : 'learned'
    return selected
  }

  #nthAllowed(count: number): number {
    let left = this.site.random.integer(count)
    for (let at = 0; ; at++) {
      if (this.#allowed[at] === 0) continue
      if (left === 0) return at
      left -= 1
    }
  }

  #order(scores: Float64Array, at: number, than: number): number {
    const { at: arms } = this.arms
    const a = scores[at] as number
    const b = scores[than] as number
    if (a !== b) return a > b ? 1 : -1
    return (arms[than] as A).plays - (arms[at] as A).plays
  }

  #propensities(base: number, selected: number, floor: number, count: number): void {
    for (let position = 0; position < this.#allowed.length; position++) {
      if (this.#allowed[position] === 0) continue
      const learned = this.probability(this.#scores, position, selected)
      this.#figures.setPropensity(base, position, (1 - floor) * learned + floor / count)
    }
  }

  #find(id: number): Decision<A> {
    const decision = this.#log.get(id)
    if (decision === undefined) throw new UnknownDecisionError(this.site.path, id, 'unknown')
    return decision
  }

  #reward(decision: Decision<A>, nth: number, reward: number): void {
    if (!Number.isNaN(decision.rewards[nth])) return
    decision.rewards[nth] = reward
    decision.open -= 1
    if (decision.open === 0) this.#log.settle(decision)
    if (this.frozen) return
    const arm = decision.arms[nth] as A
    arm.count += 1
    arm.sum += reward
    this.learn(arm, reward, decision)
  }
}
