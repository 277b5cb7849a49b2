import { aFilledText, aFunction, demand } from '../../src/kernel/demand.ts'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import { onlyOptions } from '../../src/kernel/only-options.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { wholeNumber } from '../../src/kernel/whole-number.ts'
import type {
  PipelineAskOptions,
  PipelineStopOptions,
  RunningPipeline,
} from '../../src/pipeline/control/running-pipeline.ts'
import type { RoutesState } from '../../src/pipeline/flow/fan-routes.ts'
import { thompson } from '../../src/routing/bandits/thompson.ts'
import type { RoutePolicy } from '../../src/routing/policy.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { BLENDS, type BlendName } from './ranking/blends.ts'
import { shippedWeights, type Weights } from './ranking/weights.ts'
import { checkItem, checkRating } from './ratings/checks.ts'
import type { Item, Rating } from './ratings/events.ts'
import { inTime } from './ratings/read.ts'
import { Library } from './state/library.ts'
import { type Picked, recommender, type Sheet } from './team.ts'

/** The seed of the factors' first values: the same data always gives the same picks. */
const SEED = 20
const FACTORS = 'factors'

/** What a recommender knows at the beginning, and how it works. */
export interface RecommenderOptions {
  /** In any order. None: everyone is new. */
  readonly ratings?: readonly Rating[]
  /** Titles and genres. An item that only ratings mention has its id as its title. */
  readonly items?: readonly Item[]
  /** Of the retrievers and the lives of popularity, as a fit found them. Default: those of the project's own fit. */
  readonly weights?: Weights
  /** Chooses the blend of each request and learns from feedback. Default: `thompson()`. */
  readonly route?: RoutePolicy<Sheet, BlendName>
  /** How much a pick is worth less for being like another, from 0 to 1. Default 0.05. */
  readonly diversity?: number
  /** What an earlier recommender had learned from clicks: its `running.routes.save()`. */
  readonly learned?: RoutesState
  readonly maxInFlight?: number
  readonly kernel?: Kernel
}

/** One request's options. */
export interface RecommendOptions extends Pick<PipelineAskOptions, 'timeout' | 'signal'> {
  /** How many items, from 1 to 100. Default 10. */
  readonly picks?: number
}

/** An answer, with the number that feedback refers to. */
export interface Recommendation extends Picked {
  readonly id: number
  readonly totalMs: number
}

/** A team that recommends items to users. */
export interface Recommender extends AsyncDisposable {
  /** The pipeline: its weights, routes, processors, explanations, and `kill`. */
  readonly running: RunningPipeline<{ user: string; picks: number }, Picked>
  /** What it knows. */
  readonly known: {
    readonly users: number
    readonly items: number
    readonly events: number
    /** The time of the latest event, milliseconds since 1970: what 'lately' is measured from. */
    readonly now: number
  }
  /**
   * The best items that the user has not taken yet. An unknown user gets what is popular.
   *
   * Rejects with InvalidArgumentError (`invalid-argument`), or with the pipeline's errors (`deadline`, `cancelled` …).
   */
  recommend(user: string, options?: RecommendOptions): Promise<Recommendation>
  /**
   * Rates an answer: 1 for a click, 0 for none, or anything between. The route learns from it which blend works.
   *
   * @throws UnknownDecisionError (`unknown-decision`), InvalidArgumentError (`invalid-argument`)
   */
  feedback(id: number, reward: number): void
  /**
   * The same for an answer that an earlier process gave: the blend that ranked it is what learns.
   *
   * @throws InvalidArgumentError (`invalid-argument`), also where the route learns nothing
   */
  feedbackOn(blend: BlendName, reward: number): void
  /** By blend: the answers that had feedback (a fit's own count, too), and the mean of their rewards. Empty where the route learns nothing. */
  learned(): Readonly<Partial<Record<BlendName, { readonly answers: number; readonly mean: number }>>>
  /** Takes in one event: the next answer knows it. @throws InvalidArgumentError (`invalid-argument`) */
  observe(rating: Rating): void
  /** Adds an item, or changes its title and genres. @throws InvalidArgumentError (`invalid-argument`) */
  addItem(item: Item): void
  /** Trains the factors again on everything, as `openRecommender` does. Blocks the thread for seconds for 100,000 events. */
  train(): void
  /** Lets requests in flight end for up to `drain`. Idempotent. */
  stop(options?: PipelineStopOptions): Promise<void>
}

const OPTIONS = ['ratings', 'items', 'weights', 'route', 'diversity', 'learned', 'maxInFlight', 'kernel']

/**
 * Builds the state from ratings and items and starts the team.
 *
 * Rejects with InvalidArgumentError (`invalid-argument`).
 */
export async function openRecommender(options: RecommenderOptions = {}): Promise<Recommender> {
  onlyOptions(options, 'openRecommender', OPTIONS)
  const { ratings = [], items = [], weights = shippedWeights(), route = thompson(), maxInFlight } = options
  const kernel = options.kernel ?? platformKernel()
  demand(ratings, 'openRecommender.ratings', 'a list of ratings', Array.isArray)
  demand(items, 'openRecommender.items', 'a list of items', Array.isArray)
  checkRoute(route)
  const library = new Library()
  for (const [at, item] of items.entries()) library.addItem(checkItem(item, `openRecommender.items[${at}]`))
  for (const [at, rating] of ratings.entries()) checkRating(rating, `openRecommender.ratings[${at}]`)
  for (const rating of inTime(ratings)) library.observe(rating)
  const plan = recommender({
    library,
    weights: checkWeights(weights),
    route,
    diversity: share(options.diversity ?? 0.05, 'openRecommender.diversity'),
    ...(maxInFlight === undefined
      ? {}
      : { maxInFlight: wholeNumber(maxInFlight, 'openRecommender.maxInFlight') }),
  })
  train(library)
  const system = createSystem({ name: 'recommender', kernel })
  try {
    const running = await system.run(plan)
    running.routes.restore(
      options.learned ?? (route.kind === 'thompson' ? headStart(weights) : running.routes.save()),
    )
    return new Team(library, running, () => system.stop({ drain: 0 }))
  } catch (error) {
    await system.stop({ drain: 0 })
    throw error
  }
}

/** What the fit measured counts as much as this many users. */
const USERS_OF_FIT = 100

/** What the route knows before the first click: how often each blend was right in the fit. Without that, the fitted one leads by one. */
function headStart({ hits }: Weights): RoutesState {
  const arms =
    hits === undefined
      ? [{ name: 'learned', plays: 1, count: 1, sum: 1 }]
      : Object.entries(hits).map(([name, rate]) => ({
          name,
          plays: USERS_OF_FIT,
          count: USERS_OF_FIT,
          sum: rate * USERS_OF_FIT,
        }))
  return {
    version: 1,
    pipeline: 'recommender',
    fans: { blend: { version: 1, kind: 'thompson', frozen: false, arms } },
  }
}

class Team implements Recommender {
  readonly running: Recommender['running']
  readonly #library: Library
  readonly #end: () => Promise<void>
  #stopping: Promise<void> | undefined

  constructor(library: Library, running: Recommender['running'], end: () => Promise<void>) {
    this.#library = library
    this.running = running
    this.#end = end
  }

  get known(): Recommender['known'] {
    const { users, items, events, now } = this.#library
    return { users, items: items.length, events, now }
  }

  async recommend(user: string, options: RecommendOptions = {}): Promise<Recommendation> {
    aFilledText(user, 'recommend.user', 'the id of a user')
    onlyOptions(options, 'recommend', ['picks', 'timeout', 'signal'])
    const { picks = 10, ...asked } = options
    wholeNumber(picks, 'recommend.picks', 1, 100)
    const { id, value, totalMs } = await this.running.trace({ user, picks }, asked)
    return { ...value, id, totalMs }
  }

  feedback(id: number, reward: number): void {
    this.running.feedback(id, reward)
  }

  feedbackOn(blend: BlendName, reward: number): void {
    share(reward, 'feedbackOn.reward')
    const state = this.running.routes.save()
    const arm = armsOf(state).find(({ name }) => name === blend)
    demand(blend, 'feedbackOn.blend', 'a blend of a route that learns', () => arm !== undefined)
    if (arm === undefined) return
    arm.count += 1
    arm.sum += reward
    this.running.routes.restore(state)
  }

  learned(): ReturnType<Recommender['learned']> {
    return Object.fromEntries(
      armsOf(this.running.routes.save()).map(({ name, count, sum }) => [
        name,
        { answers: count, mean: count === 0 ? 0 : sum / count },
      ]),
    )
  }

  observe(rating: Rating): void {
    this.#library.observe(checkRating(rating, 'observe.rating'))
  }

  addItem(item: Item): void {
    this.#library.addItem(checkItem(item, 'addItem.item'))
  }

  train(): void {
    train(this.#library)
  }

  stop(options: PipelineStopOptions = {}): Promise<void> {
    this.#stopping ??= this.running.stop(options).then(this.#end)
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

interface Arm {
  readonly name: string
  count: number
  sum: number
}

/** What the route knows of each blend. A policy other than a bandit keeps no arms. */
function armsOf(state: RoutesState): readonly Arm[] {
  return ({ arms: [], ...state.fans.blend } as { readonly arms: readonly Arm[] }).arms
}

function train(library: Library): void {
  library.train(new SeededRandomness(SEED).stream(FACTORS))
}

function share(value: number, path: string): number {
  return demand(value, path, 'a number from 0 to 1', (given) => given >= 0 && given <= 1)
}

function checkRoute(route: RoutePolicy<Sheet, BlendName>): void {
  const isPolicy = (given: unknown) => typeof given === 'object' && given !== null
  demand(route, 'openRecommender.route', 'a policy, such as thompson()', isPolicy)
  aFunction(route.open, 'openRecommender.route.open')
}

function checkWeights(weights: Weights): Weights {
  const numbers = (given: readonly unknown[]) => given.every((one) => typeof one === 'number' && one >= 0)
  demand(weights, 'openRecommender.weights', 'the weights of a fit', ({ retrievers, lives, hits = {} }) => {
    const { popular, together, factors, content } = retrievers
    const rates = Object.entries(hits)
    const known = rates.every(([name, rate]) => Object.hasOwn(BLENDS, name) && rate >= 0 && rate <= 1)
    return Array.isArray(lives) && known && numbers(lives) && numbers([popular, together, factors, content])
  })
  if (weights.lives.length === shippedWeights().lives.length) return weights
  throw new InvalidArgumentError('openRecommender.weights.lives has the wrong length', {
    path: 'openRecommender.weights.lives',
    value: weights.lives,
    remedy: 'Pass what `fitWeights` returned, unchanged',
  })
}
