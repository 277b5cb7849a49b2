// npx tsx examples/05-pipeline-shapes.ts
import { isDeepStrictEqual } from 'node:util'
import { createSystem, defineProcessor, pipeline } from 'ganglion'
import { pipelineFromJSON } from 'ganglion/pipeline'
import { z } from 'zod'

const Letter = z.object({ text: z.string() })
const Reply = z.object({ text: z.string(), score: z.number() })

const faq = defineProcessor({
  name: 'faq',
  input: Letter,
  output: Reply,
  process: ({ text }) => ({ text: `See our page on ${text.split(' ').at(-1)}`, score: 1 }),
})
const draft = defineProcessor({
  name: 'draft',
  input: Letter,
  output: Reply,
  process: ({ text }) => ({ text: `About “${text}”`, score: 0.2 }),
})
const improve = defineProcessor({
  name: 'improve',
  input: Reply,
  output: Reply,
  process: ({ text, score }) => ({ text: `${text}, dear customer`, score: score + 0.4 }),
})

type Reply = z.infer<typeof Reply>
const byLength = ({ text }: { text: string }) => (text.length < 20 ? 'short' : 'long')
const isGood = (reply: Reply) => reply.score >= 0.9
const textOf = (reply: Reply) => reply.text
const log = (reply: Readonly<Reply>) => console.log(`score ${reply.score.toFixed(1)}`)

// A pipeline is a stage like any other: here it is one path of a branch.
const careful = pipeline('careful', Letter)
  .to(draft, { retry: { attempts: 2 }, timeout: '200ms' })
  .loop(improve, { until: isGood, max: 3 })

const support = pipeline('support', Letter, { timeout: '5s' })
  .branch(byLength, { short: faq, long: careful }, { name: 'kind' })
  .tap(log, { name: 'log' })
  .map(textOf, { name: 'text' })

await using system = createSystem()
const running = await system.run(support)
console.log(await running.ask({ text: 'how are returns' }))
console.log(await running.ask({ text: 'my kettle has been making strange noises' }))

// The same as data: an error would list all its problems, and the names in it are enough to read it again.
const json = support.toJSON()
console.log(json.nodes.map(({ name }) => name).join(' '))
const functions = { kind: byLength, 'kind.long.loop': isGood, log, text: textOf }
const again = pipelineFromJSON(json, { processors: [faq, draft, improve], functions })
console.log(isDeepStrictEqual(again.toJSON(), json))
console.log(support.toMermaid().split('\n')[0], support.toSVG().startsWith('<svg'))
