import { describe, expect, it, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import type { Passage } from '../../../actors/knowledge/text/passages.ts'
import { onlyItem } from '../../../actors/question-answering/answering/only-item.ts'
import { releaseAbove } from '../../../actors/question-answering/answering/release.ts'
import { shown } from '../../../actors/question-answering/answering/shown.ts'
import { asks } from '../../../actors/question-answering/reading/candidate.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'
import { inPassage, readingText } from '../../../actors/question-answering/reading/reading-text.ts'

const question = (text: string) => analyse(text, { weight: () => 1, frequency: () => 1 })

async function passageOf(file: string, text: string): Promise<Passage> {
  const parsed = await parse({ file, bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
  return parsed.passages[0]
}

test('of a list, the only item that has all that the question names answers alone [G268]', async () => {
  const passage = await passageOf(
    'kiln.md',
    '# Kiln\n\n- Rate for porcelain: 60 degrees an hour\n- Rate for raku: 200 degrees an hour\n- Shelves: three\n',
  )
  const whole = passage.statements[0]
  if (whole?.kind !== 'list') throw new Error('no list')
  const item = (text: string) => {
    const at = onlyItem(question(text), passage, whole)
    const found = at === undefined ? undefined : passage.statements[at]
    return found && passage.text.slice(found.start, found.end)
  }
  expect(item('At which rate is the kiln heated for raku?')).toBe('Rate for raku: 200 degrees an hour')
  expect(item('At which rate is the kiln heated?')).toBeUndefined()
  expect(item('What are the rates for raku?')).toBeUndefined()
  expect(item('What is known of the kiln?')).toBeUndefined()
})

test('a why is asked of the causes of records, whatever other words their fields share with it [G268]', async () => {
  const lines = [
    { fault: 'Mixer spills dough on one side', reason: 'Bowl was not level', side: 'left' },
    { fault: 'Oven smells of gas', reason: 'Seal worn', side: 'right' },
  ]
  const passage = await passageOf('faults.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'))
  const { context } = readingText(question('Why did the mixer spill to the wrong side?'), passage, false)
  expect(context).toContain('Bowl was not level')
  expect(context).not.toContain('left')
})

test('who only says to have heard answers nothing [G263]', () => {
  for (const text of ['Pim: Noted.', 'Ada Low: Okay!']) expect(asks({ kind: 'sentence' }, text)).toBe(true)
  for (const text of ['Noted.', 'Pim: Nine.', 'Pim: Good soil needs lime.'])
    expect(asks({ kind: 'sentence' }, text)).toBe(false)
})

test('rows with another measure of the kind that is named are not what is asked about [G268]', async () => {
  const passage = await passageOf(
    'slots.md',
    '| Court | Slot | Members | Guests |\n|---|---|---|---|\n| Squash | 30 min | 4 | 6 |\n| Squash | 50 min | 7 | 11 |\n',
  )
  expect(
    readingText(
      question('What does a guest pay for a 50-minute squash game?'),
      passage,
      false,
    ).context.trim(),
  ).toBe('Court: Squash · Slot: 50 min · Members: 7 · Guests: 11')
  expect(readingText(question('What does a guest pay for squash?'), passage, false).context).toContain(
    '30 min',
  )
})

test('of rules by amount those count that are for the amount asked about [G268]', async () => {
  const rules =
    'Parcels of up to two kg cost 4 euros. From 2 to 10 kg they cost 7 euros. Parcels of more than 10 kg go by lorry, at whatever the carrier asks.'
  const passage = await passageOf('rules.txt', rules)
  const left = (text: string) =>
    readingText(question(text), passage, false).context.replace(/\s+/gu, ' ').trim()
  expect(left('What does a parcel of 4 kg cost?')).toBe('From 2 to 10 kg they cost 7 euros.')
  expect(left('What about a parcel of more than 20 kg?')).toBe(
    'Parcels of more than 10 kg go by lorry, at whatever the carrier asks.',
  )
  expect(left('What does a parcel of 4 stone cost?')).toBe(rules)
  const late = await passageOf(
    'late.txt',
    'Books that are less than 10 days late cost 1 euro. After three to five weeks it is 6 euros.',
  )
  expect(readingText(question('What if a book is 28 days late?'), late, false).context.trim()).toBe(
    'After three to five weeks it is 6 euros.',
  )
})

test('a record with another number of the thing that is asked about does not answer [G291]', async () => {
  const reviews = [
    { order: 7731, text: 'Colour differs' },
    { order: 7737, text: 'Arrived cracked' },
  ]
  const lines = new TextEncoder().encode(reviews.map((one) => JSON.stringify(one)).join('\n'))
  const parsed = await parse({ file: 'reviews.jsonl', bytes: lines })
  if ('reason' in parsed) throw new Error(parsed.reason)
  for (const asked of [
    'What is wrong with order 7731?',
    'complaint about order no. 7731',
    'Why was order #7731 bad?',
  ]) {
    const texts = parsed.passages.map((one) => readingText(question(asked), one, false))
    const below = texts.map(({ context, before }) => context.slice(before)).join('\n')
    expect(below).toContain('differs')
    expect(below).not.toContain('cracked')
  }
  const passage = await passageOf('review.json', JSON.stringify(reviews[1]))
  expect(readingText(question('Why was order 7737 bad?'), passage, false).context).toContain('cracked')
})

test('what only repeats the question answers nothing, unless it offers a choice [G292]', async () => {
  const text = '## 4.0.0\n\nSupport for Python 3.7 was removed.\n'
  const passage = await passageOf('changes.md', text)
  const best = (asked: string) => {
    const given = readingText(question(asked), passage, false)
    const span = (text: string, score: number) => {
      const start = given.context.indexOf(text)
      return { start, end: start + text.length, text, score }
    }
    const spans = [span('Python 3.7', 0.6), span('4.0.0', 0.3)]
    return inPassage({ answer: 'Python 3.7', noAnswer: 0.1, spans }, given).spans[0]?.text
  }
  expect(best('Which release removed Python 3.7?')).toBe('4.0.0')
  expect(best('Which was removed: Python 3.7 or Python 4.0.0?')).toBe('Python 3.7')
  expect(best('Was Python 3.7 removed?')).toBe('Python 3.7')
  const signs = readingText(question('Which sign means out of order?'), passage, false)
  const spans = ['✗', 'of order'].map((text, i) => ({ start: 0, end: text.length, text, score: 0.6 - i / 2 }))
  expect(
    inPassage({ answer: '✗', noAnswer: 0.1, spans }, { ...signs, before: 0, title: 0 }).spans,
  ).toHaveLength(1)
})

test('asked for a release, a statement that names none is told with the one above it [G294]', async () => {
  const told = async (asked: string, heading: string, item: string) => {
    const text = `# Changes\n\n## ${heading}\n\n### Removed\n\n- ${item}\n- The old theme.\n`
    const passage = await passageOf('changes.md', text)
    const statement = passage.statements.find(({ kind }) => kind === 'item')
    if (statement === undefined) throw new Error('no item')
    const release = releaseAbove(asked, passage, statement)
    if (release === undefined) return undefined
    const { text: answer, span } = shown(passage, statement, release, question(asked))
    return [answer, answer.slice(span.start, span.end)]
  }
  const which = 'Which release dropped support for Python 3.7?'
  const python = 'Support for Python 3.7.'
  const answer = await told(which, '[4.0.0] - 2023-06-20', python)
  expect(answer?.[0]).toContain(python)
  expect(answer?.[1]).toBe('4.0.0')
  expect((await told(which, '4.0.1 (02.04.2024)', python))?.[1]).toBe('4.0.1')
  expect(await told(which, '3.2 Compatibility', python)).toBeUndefined()
  expect((await told(which, 'Release 3.2 of the pump', python))?.[1]).toBe('3.2')
  const other = await told(which, '[4.0.0] - 2023-06-20', 'Python 3.7 is gone; 3.8 is now the oldest.')
  expect(other?.[1]).toBe('4.0.0')
  const flag = 'The `--fast` flag, added in 3.2, is the default.'
  expect(await told('Which version added the --fast flag?', '4.0.0', flag)).toBeUndefined()
  expect(await told('Since which version is the pager gone?', '4.0.0', 'Pager, see 3.9.1.')).toBeUndefined()
  expect((await told('Which version of the app dropped Python?', '4.0.0', python))?.[1]).toBe('4.0.0')
  expect(
    await told('Which version of Node do I need to add a plugin?', '4.0.0', 'Node 18.2 is needed.'),
  ).toBeUndefined()
  expect(await told('Which version of Python is not supported?', '4.0.0', python)).toBeUndefined()
})

test('a record without a name is told from others by its values [G297]', async () => {
  const sales = [
    { order: 7001, model: 'Vega', shop: 'Lyon', colour: 'teal' },
    { order: 7002, model: 'Altair', shop: 'Lyon', colour: 'black' },
  ]
  const passage = await passageOf('sales.jsonl', sales.map((one) => JSON.stringify(one)).join('\n'))
  const { context } = readingText(question('Which colour was the Vega sold in Lyon?'), passage, false)
  expect(context).toContain('teal')
  expect(context).not.toContain('black')
})

test('a row is named by one word of a name in it [G297]', async () => {
  const list = 'name,notes\n"Kvist, Nora","Swims well.\nNo nuts, please"\n"Ruiz, Leo",Allergic to peanuts\n'
  const passage = await passageOf('list.csv', list)
  const of = (asked: string) => readingText(question(asked), passage, false).context
  expect(of('What allergy does Nora have?')).toContain('No nuts')
  expect(of('What allergy does Nora have?')).not.toContain('peanuts')
  expect(of('Which allergies are there?')).toContain('peanuts')
  const towns = await passageOf('towns.csv', 'town,rain\nNew York,1200\nNew Orleans,1600\nYork,620\n')
  const rain = readingText(question('How much rain falls in New York?'), towns, false).context
  expect(rain).toContain('1200')
  expect(rain).not.toContain('1600')
  const may = await passageOf('hall.csv', 'day,hall,guests\n2025-05-01,north,40\n2025-06-01,south,90\n')
  expect(readingText(question('How many guests may come?'), may, false).context).toContain('90')
  const battery = await passageOf('x.md', '- The 6-cell battery lasts 9 hours.\n- The X200 is black.\n')
  expect(
    readingText(question('How long does the battery of the X200 last?'), battery, false).context,
  ).toContain('9 hours')
})

test('what stands under a name counts if the question has half of its words [G302]', async () => {
  const passage = await passageOf(
    'minutes.txt',
    '1. Path to the mill\n   Cork: wants gravel, about 4,200.\n   DECISION: bark, by three to one.\n\n2. Roof of the hall\n   Wren: two quotes are in, both high.\n   DECISION: put off to the March meeting.\n',
  )
  const left = (asked: string) => readingText(question(asked), passage, false).context
  expect(left('What was decided about the path?')).toContain('bark')
  expect(left('What was decided about the path?')).not.toContain('March')
  expect(left('What was decided?')).toContain('March')
})

test('a record with another key of letters and figures does not answer [G291]', async () => {
  const events = [
    { order: 'K-7719', event: 'shipped', tracking: 'NP5591' },
    { order: 'K-7720', event: 'shipped', tracking: 'VZ0087' },
  ]
  const lines = new TextEncoder().encode(events.map((one) => JSON.stringify(one)).join('\n'))
  const parsed = await parse({ file: 'events.jsonl', bytes: lines })
  if ('reason' in parsed) throw new Error(parsed.reason)
  const asked = question('What is the tracking number of order K-7720?')
  const context = parsed.passages
    .map((one) => readingText(asked, one, false))
    .map((one) => one.context.slice(one.before))
    .join('\n')
  expect(context).toContain('VZ0087')
  expect(context).not.toContain('NP5591')
})

describe('rows that the question names by a word that tells nothing leave the others [G422]', () => {
  const left = async (file: string, text: string, asked: string) =>
    readingText(question(asked), await passageOf(file, text), false).context

  it('where only another row has the day or amount that is asked for', async () => {
    const stay = '# Stay\n\n| What | Details |\n|---|---|\n| Room | double |\n| Leave by | 11:00 |\n'
    expect(await left('stay.md', stay, 'By when must we be out of the room?')).toContain('double')
    expect(await left('stay.md', stay, 'When must we be out of the room?')).toContain('11:00')
    expect(await left('stay.md', stay, 'Which room is it?')).not.toContain('11:00')
  })

  it('whatever day stands above all of them', async () => {
    const stay = '## Stay in June 2025\n\n- Room: double\n- Leave by: 11:00\n'
    expect(await left('stay.md', stay, 'By when must we be out of the room?')).toContain('11:00')
  })

  it('where another row has a name in the question that the named ones lack', async () => {
    const needs = '{"tool": {"version": "4.2", "runs on": "Python 3.11", "licence": "MIT"}}'
    const context = await left('tool.json', needs, 'What is the lowest Python version?')
    expect(context).toContain('3.11')
    expect(context).not.toContain('MIT')
  })

  it('where the name only says what stands above all of them', async () => {
    const bill =
      '# Shop\n\n## Invoice\n\n| What | Details |\n|---|---|\n| Invoice | 4711 |\n| From | Ek & Son |\n'
    expect(await left('bill.md', bill, 'Who sent the invoice?')).toContain('Ek')
    expect(
      await left('bill.md', bill.replace('## Invoice', '## Papers'), 'Who sent the invoice?'),
    ).not.toContain('Ek')
  })

  it('but not where what stands above names several of them', async () => {
    const hours =
      '# Pool\n\n## Summer and winter hours\n\n| Season | Open |\n|---|---|\n| Summer | 9–19 |\n| Winter | 11–16 |\n'
    const context = await left('hours.md', hours, 'What are the winter hours?')
    expect(context).toContain('11–16')
    expect(context).not.toContain('9–19')
  })

  it('and "altogether" names the total, where an amount is asked for', async () => {
    const costs = 'Work,Cost\nTiles,310\nTaps,120\nSubtotal bath,430\nTotal,990\n'
    const all = await left('costs.csv', costs, 'How much is the bath altogether?')
    expect(all).toContain('430')
    expect(all).not.toContain('310')
    expect(await left('costs.csv', costs, 'Which work is dearest altogether?')).toContain('310')
    expect(await left('costs.csv', costs, 'How much is spent in all rooms?')).toContain('310')
  })

  it('and a number in the head of a column names no cell', async () => {
    const sizes = 'Part,Vela 3,Vela 5\nHull,3,4\nMast,5,6\n'
    expect(await left('sizes.csv', sizes, 'How long is the mast of the Vela 3?')).toContain('Mast')
    expect(await left('sizes.csv', sizes, 'How long is the mast of the Vela 3?')).not.toContain('Hull')
  })
})

test('asked how much there is of a thing, items with nothing of the question do not answer [G423]', async () => {
  const dough = '# Pizza dough\n\n- 650 g flour\n- ½ teaspoon yeast\n- 2 spoons of oil\n'
  const left = async (text: string, asked: string) =>
    readingText(question(asked), await passageOf('dough.md', text), false).context
  expect(await left(dough, 'How much yeast goes into the pizza dough?')).not.toContain('650')
  expect(await left(dough, 'How much yeast goes into the pizza dough?')).toContain('½')
  // None has an amount of it, it is named by what an item belongs to, or no amount is asked for.
  expect(await left(dough, 'How much salt goes into it?')).toContain('650')
  expect(await left(dough.replace('½ teaspoon yeast', 'yeast'), 'How much yeast goes in?')).toContain('650')
  const parts = '- Flour:\n  - 500 g for the dough\n  - 20 g on top\n- 30 g of flour to dust\n- Oil: 10 g\n'
  expect(await left(parts, 'How much flour is there?')).toContain('500 g')
  expect(await left(dough, 'What goes in besides yeast?')).toContain('650')
})

test('a letter or a side tells a row or item from another [G441]', async () => {
  const halls = await passageOf('halls.csv', 'Hall,Shift,Lead\nHall A,Night,Omar\nHall B,Night,Petra\n')
  const of = (asked: string, passage = halls) => readingText(question(asked), passage, false).context
  expect(of('Who leads the night shift in Hall B?')).not.toContain('Omar')
  expect(of('Who leads the night shift in Hall B?')).toContain('Petra')
  // No letter is asked for, or in small letters.
  expect(of('Who do I call for hall b at night?')).not.toContain('Omar')
  expect(of('Who leads the night shift in a hall?')).toContain('Omar')
  const hull = await passageOf(
    'hull.md',
    '- Below the waterline\n  - Paint: Tarbon\n- Above the waterline\n  - Paint: Marlin\n',
  )
  expect(of('Which paint goes above the waterline?', hull)).not.toContain('Tarbon')
  expect(of('Which paint goes above the waterline?', hull)).toContain('Marlin')
  expect(of('Which paints are there near the waterline?', hull)).toContain('Tarbon')
})
