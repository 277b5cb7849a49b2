import { describe, expect, test } from 'vitest'
import { linesOf } from './statements-of.ts'

describe('a comment belongs to the setting beside or below it, and else to its part of the file [G274]', () => {
  test.each([
    [
      'a.yaml',
      '# Ask Mo before a change.\n# Ferry line 4\n\npier:\n  # in metres\n  depth: 3  # at low tide\n  crane:    # out of order since May\n\n  # Boats over nine metres moor outside.\n\n# Who is called at night\nwatch: Ida\n# The log is kept for ten years.\n',
    ],
    [
      'a.toml',
      '# Ask Mo before a change.\n# Ferry line 4\n\n[pier]\n# in metres\ndepth = 3  # at low tide\ncrane = ""    # out of order since May\n\n# Boats over nine metres moor outside.\n\n[other]\n# Who is called at night\nwatch = "Ida"\n\n# The log is kept for ten years.\n',
    ],
    [
      'a.ini',
      '; Ask Mo before a change.\n; Ferry line 4\n\n[pier]\n; in metres\ndepth = 3  ; at low tide\ncrane =    ; out of order since May\n\n; Boats over nine metres moor outside.\n\n[other]\n; Who is called at night\nwatch = Ida\n\n; The log is kept for ten years.\n',
    ],
  ])('in %s', async (file, text) => {
    const found = await linesOf(file, text)
    expect(found.slice(0, 2)).toEqual(['Ask Mo before a change.', 'Ferry line 4'])
    expect(found).toContain('pier · depth: 3 (in metres; at low tide)')
    expect(found).toContain('pier · crane: (out of order since May)')
    expect(found).toContain('pier › Boats over nine metres moor outside.')
    expect(found.some((one) => one.endsWith('watch: Ida (Who is called at night)'))).toBe(true)
    expect(found.some((one) => one.endsWith('The log is kept for ten years.'))).toBe(true)
  })

  test('in lists, beside records on one line, and where the record has its name', async () => {
    const yaml =
      'moorings:\n  - {id: M4, length: 9}  # reserved for the lifeboat\n  # lent to the sailing club\n  - id: M5\n    length: 7\n    # its ring is loose\ndoors:\n  - north  # sticks in winter\n  - south\n'
    expect(await linesOf('a.yaml', yaml)).toEqual([
      'doors: north (sticks in winter), south',
      'moorings · M4 · length: 9',
      'moorings – M4 › reserved for the lifeboat',
      'moorings – M5 › lent to the sailing club',
      'moorings · M5 · length: 7',
      'moorings – M5 › its ring is loose',
    ])
    const toml =
      'doors = [\n  "north", # sticks in winter\n  "south",\n] # of the shed\ntide = { high = 3 } # at the pier\n'
    expect(await linesOf('a.toml', toml)).toEqual([
      'doors: north (sticks in winter), south (of the shed)',
      'tide › at the pier',
      'tide · high: 3',
    ])
  })

  test('a file may begin with what all of it is about', async () => {
    for (const [file, section] of [
      ['a.yaml', 'pier:\n  depth: 3\n'],
      ['a.toml', '[pier]\ndepth = 3\n'],
      ['a.ini', '[pier]\ndepth=3\n'],
    ] as const)
      expect(await linesOf(file, `# Last changed by Mo\n${section}`)).toEqual([
        'Last changed by Mo',
        'pier · depth: 3',
      ])
  })

  test('above lines of another form, and where only comments stand', async () => {
    const conf = '# Fog counts as night.\nwhen fog then horn\n\nwhen calm then rest\n'
    expect(await linesOf('a.conf', conf)).toEqual([
      'Fog counts as night.',
      'when fog then horn',
      'when calm then rest',
    ])
    for (const file of ['a.yaml', 'a.toml', 'a.ini', 'a.env'])
      expect(await linesOf(file, '# The keys hang in the boathouse.\n')).toEqual([
        'The keys hang in the boathouse.',
      ])
    const documents = '# The first.\n\na: 1\n---\n# The second.\n\nb: 2\n'
    expect(await linesOf('a.yaml', documents)).toEqual(['The first.', 'a: 1', 'The second.', 'b: 2'])
    expect(await linesOf('a.yaml', 'a: |\n  # no comment\n  at all\nb: "x # y"\nc: e#f\n')).toEqual([
      'a: # no comment at all',
      'b: x # y',
      'c: e#f',
    ])
  })
})

describe('a setting that is commented out is told as such [G275]', () => {
  test.each([
    [
      'a.toml',
      '[horn]\n# Seconds between two signals.\n# pause = 40  # 0 is silent\n# tones = ["low", "high"]\nloud = true\n# loud = false\n',
    ],
    [
      'a.ini',
      '[horn]\n; Seconds between two signals.\n; pause = 40  ; 0 is silent\n;tones = low, high\nloud = true\n;loud = false\n',
    ],
    [
      'a.yaml',
      'horn:\n  # Seconds between two signals.\n  # pause: 40  # 0 is silent\n  # tones: [low, high]\n  loud: true\n  # loud: false\n',
    ],
  ])('in %s, but for one that is set as well', async (file, text) => {
    expect(await linesOf(file, text)).toEqual([
      'horn · pause: 40 (commented out; Seconds between two signals. 0 is silent)',
      'horn · tones: low, high (commented out)',
      'horn · loud: true',
    ])
  })

  test('with what is said about it in brackets, unless that is about the setting below', async () => {
    const text = 'lamp:\n  # days: 14  (until May, it was lost)\n  days: 45\n  # hue: 3 (0 to 9)\n'
    expect(await linesOf('a.yaml', text)).toEqual([
      'lamp · days: 45',
      'lamp · hue: 3 (commented out; 0 to 9)',
    ])
    expect(await linesOf('a.yaml', 'lamp:\n  # type: string (required)\n  hue: red\n')).toEqual([
      'lamp · hue: red (type: string (required))',
    ])
    expect(await linesOf('a.yaml', 'lamp:\n  # days: 14 (default)\n  days: 45\n')).toEqual([
      'lamp · days: 45 (days: 14 (default))',
    ])
  })

  test('also in a file with no other setting', async () => {
    expect(await linesOf('a.toml', '[lamp]\n# colour = "red"\n\n[mast]\n# height = 12\n')).toEqual([
      'lamp · colour: red (commented out)',
      'mast · height: 12 (commented out)',
    ])
  })

  test('code that is commented out and the text of licenses are not told', async () => {
    const code = 'horn: 1\n# - name: old\n#   steps:\n#     - run: x\n#       with: y\nlamp: 2\n'
    expect(await linesOf('a.yaml', code)).toEqual(['horn: 1', 'lamp: 2'])
    const license = `# Copyright 2020 The Ferry People\n#\n# Permission is hereby granted, free of charge, to any person.\n#\n# THE SOFTWARE IS PROVIDED "AS IS".\n\n# Lamp of the pier\n\nlamp = 2\n`
    for (const file of ['a.toml', 'a.ini'])
      expect(await linesOf(file, license)).toEqual([
        'Copyright 2020 The Ferry People',
        'Lamp of the pier',
        'lamp: 2',
      ])
  })
})

describe('comments of JSON are told as those of other settings [G344]', () => {
  const jsonc = `// Ask Mo before a change.
{
  "pier": {
    /* in metres */
    "depth": 3, // at low tide

    // "light": "green", /* until May */
    "crane": {"lifts": 2} // out of order
    // "noise": true
  },
  // Who is called at night
  "watch": "Ida",
  "site": "https://a.example//b/*" // not told
}
// The log is kept for ten years.
`
  test.each(['a.json', 'a.jsonc'])('in %s', async (file) => {
    expect(await linesOf(file, jsonc)).toEqual([
      'Ask Mo before a change.',
      'watch: Ida (Who is called at night)',
      'site: https://a.example//b/* (not told)',
      'The log is kept for ten years.',
      'pier · depth: 3 (in metres; at low tide)',
      'pier · light: green (commented out; until May)',
      'pier · noise: true (commented out)',
      'pier · crane · lifts: 2',
      'pier – crane › out of order',
    ])
  })

  test('but not what only looks like one', async () => {
    expect(await linesOf('a.json', '{"glob": "src/**/*.ts // all", "n": 1}')).toEqual([
      'glob: src/**/*.ts // all',
      'n: 1',
    ])
  })
})

describe('what several lines of a comment switch off is told with the keys that lead to it [G345]', () => {
  test('in YAML', async () => {
    const yaml =
      'port: 80\n# resources:\n#   limits:\n#     cpu: 100m\n# hosts:\n#   - a.example\n#   - b.example\nweb:\n  # command: npm run debug\n  image: acme\n'
    expect(await linesOf('a.yaml', yaml)).toEqual([
      'port: 80',
      'resources · limits · cpu: 100m (commented out)',
      'hosts: a.example, b.example (commented out)',
      'web · command: npm run debug (commented out)',
      'web · image: acme',
    ])
    const chart =
      'resources: {}\n  # Choose them for your own machines.\n  # limits:\n  #   cpu: 100m\nlimits: 3\n'
    expect(await linesOf('a.yaml', chart)).toEqual([
      'limits: 3',
      'resources › Choose them for your own machines.',
      'resources · limits · cpu: 100m (commented out)',
    ])
  })

  test('but not what explains the values of a setting, nor one that is set', async () => {
    const modes = '# values:\n#   fast: 1\n#   safe: 2\nmode: 2\n# run: only on the main branch\ntask: x\n'
    expect(await linesOf('a.yaml', modes)).not.toContainEqual(expect.stringContaining('commented out'))
    expect(await linesOf('a.yaml', 'limits:\n  cpu: 2\n# limits:\n#   cpu: 3\n')).toEqual(['limits · cpu: 2'])
  })

  test('below a block that is closed, what is said is not about the block', async () => {
    expect(await linesOf('a.tfvars', 'tags = {\n  Team = "shop"\n}\n# size = "small"\n')).toEqual([
      'size: small (commented out)',
      'tags · Team: shop',
    ])
    expect(await linesOf('a.toml', 'tides = [{a = 1}, {a = 3}]\n# cache = 300\n')).toContain(
      'cache: 300 (commented out)',
    )
  })

  test.each(['a.properties', 'a.ini', 'a.env', 'a.conf', 'a.toml', 'a.yaml'])(
    'a setting below a word that tells that it was so is commented out: %s [G404]',
    async (file) => {
      const mark = file === 'a.yaml' ? ':' : '='
      const set = (key: string, value: string) => `${key}${mark} "${value}"`
      const text = `${set('city', 'Ulm')}\n\n# old: ${set('depot', 'Bonn')}\n\n${set('gate', 'North')}\n\n# was: ${set('city', 'Rome')}\n`
      const told = await linesOf(file, text)
      expect(told).toEqual(['city: Ulm', 'depot: Bonn (commented out; old)', 'gate: North'])
    },
  )

  test('nor is one with a remark told beside the setting that holds, but words for people are [G404]', async () => {
    const text = (comment: string) => `gate:\n  # ${comment}\n  log_level: warning\n`
    expect(await linesOf('a.yaml', text('log_level: debug   (only while testing)'))).toEqual([
      'gate · log_level: warning',
    ])
    expect(await linesOf('a.yaml', text('reason: noise (of the pumps)'))).toEqual([
      'gate · log_level: warning (reason: noise (of the pumps))',
    ])
  })

  test('a remark on what was so is none [G404]', async () => {
    expect(await linesOf('a.ini', '# was: 30 before the move\nport = 90\n')).toEqual([
      'port: 90 (was: 30 before the move)',
    ])
    expect(await linesOf('a.properties', 'city = Ulm\n\n! old: city = Bonn\n')).toEqual(['city: Ulm'])
  })
})
