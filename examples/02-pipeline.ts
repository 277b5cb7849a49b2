// npx tsx examples/02-pipeline.ts
import { createSystem, defineProcessor, pipeline, weightedVote } from 'ganglion'
import { z } from 'zod'

const Headline = z.object({ text: z.string() })
const Mood = z.enum(['good', 'bad', 'flat'])

/** Votes by fixed words; a real one would ask a model with ctx.infer. */
const reader = (name: string, good: RegExp, bad: RegExp) =>
  defineProcessor({
    name,
    input: Headline,
    output: Mood,
    process: ({ text }) => (good.test(text) ? 'good' : bad.test(text) ? 'bad' : 'flat'),
  })

const opinion = pipeline('opinion', Headline, { timeout: '1s' })
  .fan(
    {
      markets: reader('markets', /rises|record/i, /falls|loss/i),
      people: reader('people', /hires/i, /fires|strike/i),
      tone: reader('tone', /strong|record/i, /weak|fear/i),
    },
    { weights: { markets: 0.5, people: 0.2, tone: 0.3 } },
  )
  .merge(weightedVote(), { quorum: 2, grace: '50ms', onMissing: 'partial' })

await using system = createSystem()
const running = await system.run(opinion)
const { value, hops, joins } = await running.trace({ text: 'Profit rises to a record, strike looms' })
console.log(value.winner, value.agreement.toFixed(2))
console.log(hops.map((hop) => `${hop.processor} ${hop.outcome}`).join(', '))
console.log(joins[0]?.weights)
