import { describe, expect, test } from 'vitest'
import { linesOf, statementsOf } from './statements-of.ts'

describe('remarks in tables and texts are told [G277]', () => {
  test('lines of a table of values that begin with a cross', async () => {
    const csv =
      '# Boats, as of May, by Mo\nberth,boat,length\n4,Otter,7\n# 5,Heron,8\n6,"Gull\n# not a remark",9\n# Berth 6 is at the far end, by the crane. Ask Mo.\n'
    expect(await statementsOf('a.csv', csv)).toEqual([
      'Boats, as of May, by Mo',
      'Boats, as of May, by Mo › berth: 4 · boat: Otter · length: 7',
      'Boats, as of May, by Mo › berth: # 5 · boat: Heron · length: 8',
      'Boats, as of May, by Mo › berth: 6 · boat: Gull # not a remark · length: 9',
      'Berth 6 is at the far end, by the crane.',
      'Ask Mo.',
    ])
  })

  test('the last row of a table, if it is one sentence', async () => {
    const html =
      '<table><thead><tr><th>Berth</th><th>Day</th><th>Week</th></tr></thead><tbody><tr><td>North</td><td>9</td><td>40</td></tr><tr><td>South</td><td>7</td><td>30</td></tr></tbody><tfoot><tr><td colspan="3">Electricity: plus 4 a day.</td></tr></tfoot></table>'
    expect(await statementsOf('a.html', html)).toEqual([
      'Berth: North · Day: 9 · Week: 40',
      'Berth: South · Day: 7 · Week: 30',
      'Electricity: plus 4 a day.',
    ])
  })

  test('lines above the lines of a text', async () => {
    const text =
      '# Jobs of the harbour computer\n# Times are local.\n\n# Tide table, which the\n# fishermen want before dawn\n20 3 * * * tides --port north\n#25 * * * * weather\n\n# Never on a Sunday: the horn wakes the village.\n15 14 * * 1 horn --test\n'
    expect(await linesOf('a.txt', text)).toEqual([
      'Jobs of the harbour computer',
      'Times are local.',
      'Tide table, which the fishermen want before dawn',
      '20 3 * * * tides --port north',
      '#25 * * * * weather',
      'Never on a Sunday: the horn wakes the village.',
      '15 14 * * 1 horn --test',
    ])
  })
})

describe('lists of light markup are read as they are shown [G278]', () => {
  test('numbered items and terms of reStructuredText, with their lines', async () => {
    const rst =
      'Pier\n====\n\n#. Shut the gate. Then lock it.\n#. Lower the flag.\n\nRope frays\n   Cut it back\n   to sound strands.\nWinch slips\n   Dry the drum.\n\nThe end comes soon.\n'
    expect(await linesOf('a.rst', rst)).toEqual([
      'Shut the gate.',
      'Then lock it.',
      'Lower the flag.',
      'Rope frays: Cut it back to sound strands.',
      'Winch slips: Dry the drum.',
      'The end comes soon.',
    ])
  })

  test('what the head of AsciiDoc says', async () => {
    const adoc =
      '= Pier\n:contact: Ada Roe, harbour office\n:toc: left\n:imagesdir: pictures\n\nThe gate is shut.\n\n:later: no text\n'
    expect(await linesOf('a.adoc', adoc)).toEqual(['contact: Ada Roe, harbour office', 'The gate is shut.'])
  })
})

describe('values are read as they are written [G279]', () => {
  test('with quotes around a part, or that nothing closes', async () => {
    const csv = 'column;meaning\nside;"n" is north, "s" is south\nsize;in metres\n'
    expect(await statementsOf('a.csv', csv)).toEqual([
      'column: side · meaning: "n" is north, "s" is south',
      'column: size · meaning: in metres',
    ])
    expect(await statementsOf('b.csv', 'pipe;use\nA;"12 inch\nB;drain\n')).toEqual([
      'pipe: A · use: "12 inch',
      'pipe: B · use: drain',
    ])
  })

  test('with their digits, and with the words about a calendar', async () => {
    expect(await linesOf('a.json', '{"total": 615.0, "rate": 1.50, "old": true}')).toEqual([
      'total: 615.0',
      'rate: 1.50',
      'old: true',
    ])
    const event = 'BEGIN:VEVENT\nSUMMARY:Drill\nDTSTART:20240611T100000\nEND:VEVENT\n'
    const calendar = (head: string) => `BEGIN:VCALENDAR\nX-WR-CALNAME:Refit\n${head}${event}END:VCALENDAR\n`
    expect(await linesOf('a.ics', calendar(''))).toEqual(['Drill · start: 2024-06-11 10:00'])
    expect(await linesOf('a.ics', calendar('X-WR-CALDESC:Superintendent: Ada Roe.\n'))).toEqual([
      'Drill · start: 2024-06-11 10:00',
      'Refit · description: Superintendent: Ada Roe.',
    ])
  })

  test('and with shortened words before a number or a name', async () => {
    expect(
      await statementsOf('a.txt', 'Not under warranty: pos. 6 and 7. Ask Dipl.-Ing. Sauer. He knows.\n'),
    ).toEqual(['Not under warranty: pos. 6 and 7.', 'Ask Dipl.-Ing. Sauer.', 'He knows.'])
  })
})
