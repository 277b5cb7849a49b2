/**
 * Plays the learning policies against simulated worlds and draws their losses: docs/images/regret-*.svg.
 *
 *     npx tsx scripts/plot-regret.ts
 *
 * Deterministic: the same code draws the same pictures. Every curve is the mean of 10 plays (seeds 1 to 10), except for the
 * adversary, which knows one seed.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { exp3 } from '../src/routing/bandits/exp3.ts'
import { linUcb } from '../src/routing/bandits/lin-ucb.ts'
import { thompson } from '../src/routing/bandits/thompson.ts'
import { ucb1 } from '../src/routing/bandits/ucb1.ts'
import { weightedRandom } from '../src/routing/policies/weighted.ts'
import type { RoutePolicy } from '../src/routing/policy.ts'
import { RoutingMatrix } from '../src/routing/routing-matrix.ts'
import { type Curve, lineChart } from './charts/line-chart.ts'
import {
  adversaryOf,
  bestFixed,
  linear,
  type Played,
  play,
  playOften,
  shifting,
  steady,
  type World,
} from './regret/worlds.ts'

const ROUNDS = 10_000
const PLAYS = 10
const FOLDER = new URL('../docs/images/', import.meta.url)

type Policies = { readonly [name: string]: () => RoutePolicy<readonly number[]> }

function curves(world: World, policies: Policies, playsOf = PLAYS): Curve[] {
  const uniform = playOften(() => weightedRandom(), world, playsOf, { rounds: ROUNDS })
  const learned = Object.entries(policies).map(([name, policy]): [string, Played] => [
    name,
    playsOf === 1
      ? play(policy(), world, { rounds: ROUNDS, seed: 1 })
      : playOften(policy, world, playsOf, { rounds: ROUNDS }),
  ])
  return [
    ...learned.map(([name, { regret }]) => ({ name, values: regret })),
    { name: 'uniform', values: uniform.regret, dashed: true },
    { name: 'best fixed', values: bestFixed(uniform), dashed: true },
  ]
}

function regretChart(title: string, drawn: readonly Curve[], regretMax: number): string {
  return lineChart(title, drawn, { xMax: ROUNDS, xLabel: 'messages', yMax: regretMax, yLabel: 'regret' })
}

function draw(file: string, svg: string): void {
  writeFileSync(new URL(file, FOLDER), svg)
  console.log(`wrote docs/images/${file}`)
}

mkdirSync(FOLDER, { recursive: true })
draw(
  'regret-steady.svg',
  regretChart(
    'Five stationary branches: expected rewards 0.9, 0.8, 0.7, 0.6, 0.5',
    curves(steady([0.9, 0.8, 0.7, 0.6, 0.5]), {
      Thompson: () => thompson(),
      UCB1: () => ucb1(),
      EXP3: () => exp3({ horizon: ROUNDS }),
    }),
    600,
  ),
)
draw(
  'regret-shifting.svg',
  regretChart(
    'Three branches; the good one (0.9, others 0.1) changes every 2,500 messages',
    curves(shifting(3, 2500), {
      Thompson: () => thompson(),
      UCB1: () => ucb1(),
      EXP3: () => exp3({ horizon: ROUNDS }),
      'EXP3.S': () => exp3({ horizon: ROUNDS, shifts: 4 }),
    }),
    6000,
  ),
)
draw(
  'regret-adversary.svg',
  regretChart(
    'Two branches, and an adversary that knows what UCB1 will choose',
    curves(adversaryOf(ucb1(), ROUNDS, 1), { UCB1: () => ucb1(), EXP3: () => exp3({ horizon: ROUNDS }) }, 1),
    10_000,
  ),
)
draw(
  'regret-context.svg',
  regretChart(
    'Three branches, each best for different messages: rewards linear in 4 features',
    curves(
      linear([
        [0.5, 0.4, 0, 0.1],
        [0.5, -0.4, 0, 0.1],
        [0.5, 0, 0.4, -0.1],
      ]),
      {
        LinUCB: () => linUcb({ features: (x: readonly number[]) => x, dimensions: 4 }),
        UCB1: () => ucb1(),
        Thompson: () => thompson(),
      },
    ),
    3000,
  ),
)
draw(
  'routing-matrix.svg',
  RoutingMatrix.from({
    names: ['question', 'dense', 'lexical', 'fuse', 'similarity', 'overlap', 'standing', 'vote'],
    edges: [
      { from: 'question', to: 'dense', weight: 1 },
      { from: 'question', to: 'lexical', weight: 1 },
      { from: 'dense', to: 'fuse', weight: 0.7 },
      { from: 'lexical', to: 'fuse', weight: 0.3 },
      ...['similarity', 'overlap', 'standing'].map((to) => ({ from: 'fuse', to, weight: 1 })),
      { from: 'similarity', to: 'vote', weight: 0.5 },
      { from: 'overlap', to: 'vote', weight: 0.3 },
      { from: 'standing', to: 'vote', weight: 0.2 },
    ],
  }).toSvg(),
)
