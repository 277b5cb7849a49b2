import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { RoutePolicy } from '../../src/routing/policy.ts'
import { BLEND_NAMES, BLENDS, type BlendName } from './ranking/blends.ts'
import { diversify } from './ranking/diversify.ts'
import { type Reason, reasonsOf } from './ranking/explain.ts'
import { type Candidates, type Ranked, rank, unite } from './ranking/rank.ts'
import type { Weights } from './ranking/weights.ts'
import { findByContent } from './retrieval/content.ts'
import { findByFactors } from './retrieval/factors.ts'
import { Popularity } from './retrieval/popular.ts'
import { type Asked, RETRIEVERS, type Recall, type Retriever } from './retrieval/recall.ts'
import { findTogether } from './retrieval/together.ts'
import type { Library } from './state/library.ts'

/** How many of a blend's best are left to choose diverse picks from. */
const SHORTLIST = 50

const Request = z.object({ user: z.string().min(1), picks: z.number().int().min(1).max(100) })
/** Bodies between our own processors are plain data checked by the compiler; a schema only names them. */
const AskedData = z.custom<Asked>((value) => isRecord(value) && Array.isArray(value.history))
const RecallData = z.custom<Recall>((value) => isRecord(value) && value.items instanceof Int32Array)
const SheetData = z.custom<Sheet>((value) => isRecord(value) && isRecord(value.candidates))
const RankingData = z.custom<Ranking>((value) => isRecord(value) && Array.isArray(value.ranked))

/** A blend's input: the request, all candidates, and what each retriever counts by A. */
export interface Sheet {
  readonly asked: Asked
  readonly candidates: Candidates
  readonly weights: Readonly<Partial<Record<string, number>>>
  readonly missing: readonly string[]
}

/** What a blend makes of it. */
interface Ranking {
  readonly blend: BlendName
  readonly ranked: readonly Ranked[]
}

/** One recommended item. */
export interface RecommendedItem {
  readonly item: string
  readonly title: string
  readonly score: number
  /** The weightiest first. */
  readonly reasons: readonly Reason[]
}

/** The team's answer. */
export interface Picked {
  readonly user: string
  readonly picks: readonly RecommendedItem[]
  /** The blend that ranked them, as the policy chose. */
  readonly blend: BlendName
  /** Retrievers that were too slow or dead: the picks do without them. */
  readonly missing: readonly string[]
  /** How many items of the user the team knows. */
  readonly known: number
}

/** What the team is made of. */
export interface RecommenderParts {
  readonly library: Library
  readonly weights: Weights
  /** Chooses the blend of each request, and learns from clicks. */
  readonly route: RoutePolicy<Sheet, BlendName>
  /** How much a pick is worth less for being like another: λ of maximal marginal relevance. */
  readonly diversity: number
  readonly maxInFlight?: number
}

/**
 * The recommender as a pipeline:
 *
 *   history ─┬▶ popular ──┬▶ union ─┬▶ learned ──┬▶ blend ─▶ diversify ─▶ explain
 *            ├▶ together ─┤         ├▶ taste ────┤
 *            ├▶ factors ──┤         └▶ discover ─┘
 *            └▶ content ──┘           one of them, by the route
 */
export function recommender({ library, weights, route, diversity, maxInFlight }: RecommenderParts) {
  const limits = maxInFlight === undefined ? {} : { maxInFlight }
  return pipeline('recommender', Request, { timeout: '5s', ...limits })
    .to(historyReader(library))
    .fan(retrievers(library, weights), { weights: weights.retrievers })
    .merge(
      (parts, at): Sheet => ({
        asked: at.input,
        candidates: unite(parts),
        weights: at.weights,
        missing: RETRIEVERS.filter((name) => parts[name] === undefined),
      }),
      { name: 'union', quorum: 1, grace: '250ms', onMissing: 'partial' },
    )
    .fan(blends(), { route })
    .merge((parts, at) => ({ ...at.input, ranking: chosen(parts) }), { name: 'blend' })
    .map(
      ({ ranking, ...sheet }) => ({
        ...sheet,
        blend: ranking.blend,
        ranked: diversify(ranking.ranked, library.content.vectors, sheet.asked.picks, diversity),
      }),
      { name: 'diversify' },
    )
    .map((found): Picked => explained(library, found), { name: 'explain' })
}

function historyReader(library: Library) {
  return defineProcessor({
    name: 'history',
    input: Request,
    output: AskedData,
    process: ({ user, picks }) => ({ user, picks, history: library.history(user) }),
  })
}

function retrievers(library: Library, weights: Weights) {
  const popularity = new Popularity(library, weights.lives)
  return {
    popular: retriever('popular', (asked) => popularity.find(asked)),
    together: retriever('together', (asked) => findTogether(library, asked)),
    factors: retriever('factors', (asked) => findByFactors(library, asked)),
    content: retriever('content', (asked) => findByContent(library, asked)),
  }
}

function retriever(name: Retriever, find: (asked: Asked) => Recall) {
  return defineProcessor({ name, input: AskedData, output: RecallData, process: (asked) => find(asked) })
}

function blends() {
  const blend = (name: BlendName) =>
    defineProcessor({
      name,
      input: SheetData,
      output: RankingData,
      params: BLENDS[name],
      process: ({ candidates, weights, asked }, { params }) => ({
        blend: name,
        ranked: rank(candidates, weights, params, Math.max(SHORTLIST, asked.picks)),
      }),
    })
  return { learned: blend('learned'), taste: blend('taste'), discover: blend('discover') }
}

/** The ranking of the blend that the route chose. */
function chosen(parts: { readonly [blend in BlendName]?: Ranking | undefined }): Ranking {
  for (const name of BLEND_NAMES) {
    const part = parts[name]
    if (part !== undefined) return part
  }
  return { blend: 'learned', ranked: [] }
}

function explained(
  library: Library,
  found: Omit<Sheet, 'candidates'> & { readonly blend: BlendName; readonly ranked: readonly Ranked[] },
): Picked {
  const { asked, weights, missing, blend, ranked } = found
  const counts = Object.fromEntries(
    RETRIEVERS.map((name) => [name, (weights[name] ?? 0) * BLENDS[blend][name]]),
  ) as Record<Retriever, number>
  const picks = ranked.map((one): RecommendedItem => {
    const { id, title } = library.items[one.item] as { id: string; title: string }
    return { item: id, title, score: one.score, reasons: reasonsOf(library, asked.history, one, counts) }
  })
  return { user: asked.user, picks, blend, missing, known: asked.history.length }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
