import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { serve } from '../../src/serve/index.ts'

test('docs/services.md lists the options of serve, and no other', async () => {
  const page = readFileSync('docs/services.md', 'utf8')
  const [, section = ''] = page.split('\n## Options\n')
  const [own = ''] = section.split('\n## ')
  const listed = [...own.matchAll(/^\| (`.*?) \|/gmu)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/gu)].map(([, name]) => name as string),
  )
  const wrong: object = { nothing: 1 }
  const error = await serve({}, wrong).catch((caught: unknown) => caught)
  const [, names = ''] = /the options are (.*)$/u.exec((error as { remedy: string }).remedy) ?? []
  expect(listed.toSorted()).toEqual(names.split(', ').toSorted())
})
