// A module of a user's whose declarations are written: what is exported has no annotation, so the compiler must be able to name each type.
import {
  concat,
  createInference,
  createSystem,
  defineActor,
  defineProcessor,
  MemoryStore,
  MemoryTransport,
  majorityVote,
  pipeline,
  platformKernel,
  reciprocalRank,
  resilience,
  thompson,
  topK,
  weightedAverage,
  weightedVote,
} from 'ganglion'
import {
  openCustomerService,
  openFolder,
  openOpinionMonitor,
  openRecommender,
  readRows,
} from 'ganglion/actors'
import { createMetrics, createService, fastifyService, serve, traceRuns } from 'ganglion/http'
import { embeddings, questionAnswering } from 'ganglion/inference'
import { openJournal } from 'ganglion/journal'
import { median } from 'ganglion/merge'
import { pageRank } from 'ganglion/routing'
import { behaviorTestkit, createTestSystem } from 'ganglion/testkit'
import { z } from 'zod'

const Text = z.object({ text: z.string() })
export const kernel = platformKernel()
export const system = createSystem({ kernel })
export const { clock, timers, random } = system.kernel
export const { events, deadLetters } = system
export const letters = () => system.deadLetters.list()
export const ledger = () => system.ledger()
export const Counter = defineActor({
  name: 'counter',
  state: () => ({ n: 0 }),
  on: {
    add(ctx, n: number) {
      ctx.state.n += n
      return ctx.state.n
    },
  },
})
export const counter = system.spawn(Counter, { name: 'counter' })
export const added = () => counter.ask('add', 1)
export const Shout = defineProcessor({ name: 'shout', input: Text, output: Text, process: (x) => x })
export const shouter = system.spawn(Shout)
export const shouted = () => shouter.ask({ text: '' })

export const shout = pipeline('shout', Text).to(Shout)
export const lengths = pipeline('lengths', Text).map(({ text }) => text.length)
export const fan = pipeline('fan', Text).fan({ a: Shout, b: Shout })
export const voted = pipeline('voted', Text).fan({ a: Shout, b: Shout }).merge(weightedVote())
export const running = await system.run(shout)
export const answer = await running.ask({ text: '' })
export const vote = await (await system.run(voted)).ask({ text: '' })
export const trace = await running.trace({ text: '' })
export const stream = running.stream({ text: '' })
export const job = running.askAll([{ text: '' }])
export const explained = running.explain(trace.id)
export const replayed = await running.replay(trace, { from: 'shout' })
export const { plan, routes } = running
export const load = running.load()
export const arrows = running.arrows()
export const processors = running.processors()
export const decisions = running.why(trace.id)
export const questions = running.pending()
export const store = new MemoryStore()
export const durable = await running.durable(store)
export const transport = new MemoryTransport(kernel)
export const merges = {
  concat: concat(),
  average: weightedAverage(),
  vote: majorityVote(),
  rank: reciprocalRank(),
}
export const policies = { top: topK(1), bandit: thompson() }
export const guarded = resilience(kernel, { name: 'shop', timeout: '1s' })

export const engine = await createInference()
export const stats = engine.stats()
export const minilm = embeddings('all-minilm-l6-v2')
export const reader = questionAnswering('e5-squad-reader')
export const vector = await engine.run(minilm, [''])
export const span = await engine.run(reader, [])
export const journal = await openJournal('data')
export const kept = journal.store('kept')

export const metrics = createMetrics(system)
export const untrace = traceRuns
export const service = await createService({ shout: running })
export const { node, fetch: POST } = service
export const plugin = fastifyService(service)
export const listening = await serve(shout, { port: 0 })

export const team = await openFolder({ docs: 'docs' })
export const found = await team.ask('')
export const told = team.stream('')
export const desk = await openCustomerService({ examples: [] })
export const reply = await desk.ask('customer', '')
export const monitor = await openOpinionMonitor({ entities: [] })
export const recommender = await openRecommender()
export const picks = await recommender.recommend('')
export const mood = await monitor.read('')
export const report = monitor.report()
export const rows = await readRows('rows.csv', Text)
export const ranker = pageRank
export const middle = median
export const kit = behaviorTestkit(Counter)
export const lab = createTestSystem()
