import { demand, flag } from '../../kernel/demand.ts'
import { type Duration, milliseconds } from '../../kernel/durations.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { within } from '../checks.ts'
import type { RewardRule } from './rewards.ts'
import { type ShareBounds, ShareKeeper } from './share-bounds.ts'

/** Options of every learning policy. */
export interface LearningOptions<B extends string = string> {
  /** Branches chosen per message. Default 1. */
  readonly picks?: number
  /** Share of choices made uniformly at random, whatever was learned, so that every branch stays known. Default 0. */
  readonly floor?: number
  /** Start frozen: choose by the restored state and learn nothing. Default false. */
  readonly frozen?: boolean
  /** Least and greatest share of the decisions, per branch. */
  readonly bounds?: { readonly [branch in B]: ShareBounds }
  /** The reward of a branch's outcome. Without it only `feedback` teaches. */
  readonly reward?: RewardRule
  /** Decisions that may wait for feedback. Beyond that the oldest expire. Default 10,000. */
  readonly pendingMax?: number
  /** How long a decision waits for feedback. Default 1 h. */
  readonly expireAfter?: Duration
  /** Settled decisions that `why` still explains. Default 1,000. */
  readonly rememberMax?: number
}

export interface Learning {
  readonly picks: number
  readonly floor: number
  readonly frozen: boolean
  readonly bounds: { readonly [branch: string]: ShareBounds } | undefined
  readonly reward: RewardRule | undefined
  readonly pendingMax: number
  readonly expireMs: number
  readonly rememberMax: number
}

const LEARNING_OPTIONS = [
  'picks',
  'floor',
  'frozen',
  'bounds',
  'reward',
  'pendingMax',
  'expireAfter',
  'rememberMax',
] as const satisfies readonly (keyof LearningOptions)[]

/** The options with their defaults. @throws InvalidArgumentError (`invalid-argument`) naming the one that is out of range */
export function checkLearning(options: LearningOptions, kind: string, own: readonly string[] = []): Learning {
  onlyOptions(options ?? null, kind, [...LEARNING_OPTIONS, ...own])
  const { reward } = options
  if (reward !== undefined)
    demand(
      reward,
      `${kind}.reward`,
      'a rule, such as rewardOfSuccess()',
      (rule) => typeof rule.reward === 'function',
    )
  // Built only to check it where the policy is written, not where it first runs.
  new ShareKeeper(options.bounds, `${kind}.bounds`)
  return {
    picks: wholeNumber(options.picks ?? 1, `${kind}.picks`),
    floor: within(options.floor ?? 0, `${kind}.floor`, 0, 1),
    frozen: flag(options.frozen, `${kind}.frozen`),
    bounds: options.bounds,
    reward,
    pendingMax: wholeNumber(options.pendingMax ?? 10_000, `${kind}.pendingMax`),
    expireMs: milliseconds(options.expireAfter ?? '1h', `${kind}.expireAfter`),
    rememberMax: wholeNumber(options.rememberMax ?? 1000, `${kind}.rememberMax`),
  }
}

/** Options as data: a reward rule by its kind. */
export function toldOptions(options: LearningOptions): { readonly [option: string]: unknown } {
  return options.reward === undefined ? { ...options } : { ...options, reward: options.reward.kind }
}
