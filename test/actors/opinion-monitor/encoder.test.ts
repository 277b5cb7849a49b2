import { expect, test } from 'vitest'
import { openOpinionMonitor } from '../../../actors/opinion-monitor/open-opinion-monitor.ts'

test('[G124] the encoder votes where it is installed; a killed encoder is started again', async () => {
  await using monitor = await openOpinionMonitor({ encoder: true, workers: 1 })
  const title = 'Oakhurst Steel raises its outlook after a record quarter'
  const [mention] = (await monitor.read(title, ['Oakhurst Steel'])).mentions
  expect(Object.keys(mention?.by ?? {})).toEqual(['encoder', 'phrases', 'lexicon', 'contrast'])
  expect(mention?.mood).toBe('positive')
  const asked = monitor.read(title, ['Oakhurst Steel'])
  monitor.kill('encoder')
  expect((await asked).mentions[0]?.mood).toBe('positive')
})
