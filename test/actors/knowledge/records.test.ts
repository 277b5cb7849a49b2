import { describe, expect, test } from 'vitest'
import { linesOf } from './statements-of.ts'

describe('a field keeps the name of the record that it is in, however deep it stands [G337]', () => {
  test('of an item of a list', async () => {
    const pods = (names: readonly string[]) =>
      names
        .map(
          (name, i) =>
            `        - name: ${name}\n          resources:\n            limits: {memory: ${i + 1}Gi}\n          env:\n            - {name: PORT, value: 300${i}}\n`,
        )
        .join('')
    const yaml = `spec:\n  template:\n    spec:\n      containers:\n${pods(['web', 'worker'])}`
    expect(await linesOf('k.yaml', yaml)).toEqual([
      'web · resources · limits · memory: 1Gi',
      'web · env · PORT · value: 3000',
      'worker · resources · limits · memory: 2Gi',
      'worker · env · PORT · value: 3001',
    ])
    const several = ['shop', 'mail'].map((name) => `metadata: {name: ${name}}\n${yaml}`).join('---\n')
    expect(await linesOf('k.yaml', several)).toContain('mail · worker · resources · limits · memory: 2Gi')
  })

  test('of a key beside others with the same fields, and of a record around', async () => {
    const stack = {
      services: {
        web: { deploy: { resources: { limits: { memory: '512M' } } } },
        db: { deploy: { resources: { limits: { memory: '2G' } } } },
      },
    }
    expect(await linesOf('c.json', JSON.stringify(stack))).toEqual([
      'web · resources · limits · memory: 512M',
      'db · resources · limits · memory: 2G',
    ])
    const book =
      '<book><section><title>Deadline</title><list><item><para>Keep the receipt.</para></item></list></section></book>'
    expect(await linesOf('b.xml', book)).toEqual(['Deadline · list · item · para: Keep the receipt.'])
    const order = {
      id: 'ORD-7',
      parts: [
        ['B-4', 3],
        ['N-4', 10],
      ].map(([sku, qty]) => ({ sku, qty })),
    }
    expect(await linesOf('o.json', JSON.stringify({ order }))).toContain('ORD-7 · parts › sku: N-4 · qty: 10')
  })

  test('but keys of different records are no names', async () => {
    const settings = { server: { tls: { versions: { least: '1.2' } } }, log: { level: 'info' } }
    expect(await linesOf('s.json', JSON.stringify(settings))).toEqual([
      'tls · versions · least: 1.2',
      'log · level: info',
    ])
  })
})

describe('options with a space before their value are told with their comments [G338]', () => {
  test('also those that are commented out', async () => {
    const redis =
      '# Close after N seconds\ntimeout 300\n\n# requirepass foobared\n# network settings\nmaxmemory 2gb\n#save 900 1\n# see the manual\nport 6379\n'
    expect(await linesOf('redis.conf', redis)).toEqual([
      'timeout 300 (Close after N seconds)',
      'requirepass foobared (commented out)',
      'maxmemory 2gb (network settings)',
      'save 900 1 (commented out)',
      'port 6379 (see the manual)',
    ])
  })

  test('with the host or user that they are for', async () => {
    const sshd =
      '# Disallow root\nPermitRootLogin no\n#Port 2222\nMatch User deploy\n    PasswordAuthentication no\nMatch Group sftp\nChrootDirectory /srv\n'
    expect(await linesOf('10-hosts.conf', sshd)).toEqual([
      'PermitRootLogin no (Disallow root)',
      'Port 2222 (commented out)',
      'Match User deploy',
      'Match User deploy · PasswordAuthentication no',
      'Match Group sftp',
      'Match Group sftp · ChrootDirectory /srv',
    ])
  })

  test('in blocks', async () => {
    const haproxy =
      'defaults\n    # timeout client 60s\n    timeout client 30s\nbackend api\n    # server names follow below\n    server s1 10.0.0.1:80 check\n    # server s2 10.0.0.2:80 check\n'
    expect(await linesOf('haproxy.cfg', haproxy)).toEqual([
      'defaults · timeout client 60s (commented out)',
      'defaults · timeout client 30s',
      'backend api · server s1 10.0.0.1:80 check (server names follow below)',
      'backend api · server s2 10.0.0.2:80 check (commented out)',
    ])
  })

  test('a comment with the names of columns is the head of the rows below it', async () => {
    const hba =
      '# Who may connect\n# TYPE  DATABASE  USER  ADDRESS       METHOD\n\n# by socket\nlocal   all       all                 peer\nhost    shop      app   10.0.0.0/24   scram-sha-256\n#host   all       all   0.0.0.0/0     md5\n'
    expect(await linesOf('pg_hba.conf', hba)).toEqual([
      'TYPE: local · DATABASE: all · USER: all · METHOD: peer · by socket',
      'TYPE: host · DATABASE: shop · USER: app · ADDRESS: 10.0.0.0/24 · METHOD: scram-sha-256',
      'TYPE: host · DATABASE: all · USER: all · ADDRESS: 0.0.0.0/0 · METHOD: md5 · commented out',
    ])
  })

  test('but text and settings with signs are read as before', async () => {
    expect(await linesOf('a.conf', '# Fog counts.\nwhen fog then horn\nwhen calm then rest\n')).toEqual([
      'Fog counts.',
      'when fog then horn',
      'when calm then rest',
    ])
    expect(await linesOf('a.conf', '# MAIL  AND  PORT\nport = 25\n# about 5 tries\ntries = 5\n')).toEqual([
      'port: 25 (MAIL AND PORT)',
      'tries: 5 (about 5 tries)',
    ])
    const deny = '# DO NOT EDIT\nallow 10.0.0.1 8080\ndeny 10.0.0.2 8080\n'
    expect(await linesOf('a.conf', deny)).toEqual(['allow 10.0.0.1 8080 (DO NOT EDIT)', 'deny 10.0.0.2 8080'])
    const long = `${'Files are kept until nobody has asked for them in ninety days. '.repeat(3).trim()}`
    expect(await linesOf('a.conf', `# ${long}\n# KEEP = 0\nNAME = x\n`)).toContain('KEEP: 0 (commented out)')
  })
})

describe('tables in other forms of JSON are rows [G343]', () => {
  const json = (value: unknown) => linesOf('t.json', JSON.stringify(value))

  test.each([
    [
      'columns apart from rows',
      {
        columns: ['town', 'km'],
        index: [0, 1],
        data: [
          ['Oslo', 3],
          ['Bergen', 8],
        ],
      },
    ],
    [
      'with types',
      {
        columns: [{ name: 'town' }, { name: 'km' }],
        rows: [
          ['Oslo', 3],
          ['Bergen', 8],
        ],
      },
    ],
    [
      'a head above rows',
      [
        ['town', 'km'],
        ['Oslo', 3],
        ['Bergen', 8],
      ],
    ],
    ['columns with numbered values', { town: { 0: 'Oslo', 1: 'Bergen' }, km: { 0: 3, 1: 8 } }],
  ])('%s', async (_, value) => {
    expect(await json(value)).toEqual(['Oslo · km: 3', 'Bergen · km: 8'])
  })

  test('with their labels, and beside other fields', async () => {
    const split = {
      columns: ['low', 'high'],
      index: ['Mon', 'Tue'],
      data: [
        [3, 8],
        [4, 9],
      ],
    }
    expect(await json(split)).toEqual(['Mon · low: 3', 'Mon · high: 8', 'Tue · low: 4', 'Tue · high: 9'])
    const chart = {
      unit: 'km',
      headers: ['town', 'far'],
      rows: [
        ['Oslo', 3],
        ['Bergen', 8],
      ],
    }
    expect(await json(chart)).toEqual(['unit: km', 'rows · Oslo · far: 3', 'rows · Bergen · far: 8'])
  })

  test('but pairs of words, places and lists of settings are none', async () => {
    expect(
      await json([
        ['hello', 'hallo'],
        ['bye', 'tschüss'],
      ]),
    ).toEqual(['hello, hallo', 'bye, tschüss'])
    expect(
      await json({
        line: [
          [10.5, 59.9],
          [5.3, 60.4],
        ],
      }),
    ).toEqual(['line: 10.5, 59.9', 'line: 5.3, 60.4'])
    expect(await json({ fields: ['town', 'km'], data: { a: 1 } })).toEqual([
      'fields: town, km',
      'data · a: 1',
    ])
  })
})

describe('HTML in values is told as a browser shows it [G346]', () => {
  test('in JSON, feeds and sections of characters', async () => {
    const body =
      '<h2>Returns</h2><p>Goods can be returned within 30 days. Keep the receipt &amp; the box.</p><ul><li>No fee</li></ul>'
    expect(await linesOf('a.json', JSON.stringify({ body, short: '<b>Open</b> daily<br>until 9' }))).toEqual([
      'short: Open daily; until 9',
      'body: Returns',
      'Goods can be returned within 30 days.',
      'Keep the receipt & the box.',
      'No fee',
    ])
    const escaped = '&lt;p&gt;We opened in &lt;b&gt;Bergen&lt;/b&gt;. It has 35 seats.&lt;/p&gt;'
    const feed = `<rss><item><title>News</title><text>${escaped}</text><more><![CDATA[<p>Open at 9.</p>]]></more></item></rss>`
    expect(await linesOf('a.rss', feed)).toEqual([
      'item · News · text: We opened in Bergen. It has 35 seats.',
      'item · News · more: Open at 9.',
    ])
  })

  test('but comparisons, generics and code stay', async () => {
    const values = {
      test: 'a < b and c > d',
      type: 'Map<string, List<a>>',
      call: 'run <p> times <file>',
      render: '() => <b>1</b>',
      source: '<p>x</p>',
    }
    expect(await linesOf('a.json', JSON.stringify(values))).toEqual(
      Object.entries(values).map(([key, value]) => `${key}: ${value}`),
    )
    expect(await linesOf('a.xml', '<r><j><![CDATA[if (a < b && c > d) stop]]></j></r>')).toEqual([
      'r · j: if (a < b && c > d) stop',
    ])
  })

  test.each([
    'Write <br> where the line ends.',
    'Put <strong> before the word and </strong> behind it.',
    'Use the <b> tag for bold, <i> for italics, and close it with </b>.',
    'Use <br> or <br/> to break lines.',
    'A paragraph stands between <p> and </p>.',
    'An empty one is <p></p>, and "<li>" begins an item of a list.',
    'Write <b>word</b> to show it in bold.',
    'The HTML for that is <em>word</em>.',
    '<li> begins an item.',
    'while (a<br && c>d) stop',
  ])('but tags that a text is about stay: %s', async (text) => {
    expect(await linesOf('a.json', JSON.stringify({ n: 1, text }))).toContain(`text: ${text}`)
  })

  test.each([
    ['Quay 5<br>5003 Bergen', 'Quay 5; 5003 Bergen'],
    ['Mo 9 to 5 <br> Tu 9 to 6 <br> Su closed', 'Mo 9 to 5; Tu 9 to 6; Su closed'],
    ['Press <b>Save</b> first.', 'Press Save first.'],
    ['Jeden <b>Tag</b> offen', 'Jeden Tag offen'],
    ['<span class="tag">New</span> in May', 'New in May'],
    ['<p>Say <b>"Stop"</b> at the gate.', 'Say "Stop" at the gate.'],
  ])('marks of HTML do not: %s', async (text, said) => {
    expect(await linesOf('a.json', JSON.stringify({ n: 1, text }))).toContain(`text: ${said}`)
  })

  test.each([
    ['See <a href="https://acme.example/help">our help</a>.', 'See our help (https://acme.example/help).'],
    ['Ask <a href="mailto:mo@acme.example?subject=Hi">Mo</a>.', 'Ask Mo (mo@acme.example).'],
    ['Call <a href="tel:+4955512">us</a>.', 'Call us (+4955512).'],
    ['Call <a href="tel:+4955512">0555 12</a>.', 'Call 0555 12.'],
    ['See <a href="https://www.acme.example/">acme.example</a>.', 'See acme.example.'],
    ['See <a href="#top">above</a>.', 'See above.'],
    ['<p><a href="https://a.example/"><img src="x.png"></a> Open</p>', 'Open'],
  ])('a link keeps its address: %s', async (text, said) => {
    expect(await linesOf('a.json', JSON.stringify({ n: 1, text }))).toContain(`text: ${said}`)
  })

  test('of any depth and length', async () => {
    const values = {
      n: 1,
      deep: `${'<div>'.repeat(20_000)}The end.</div>`,
      open: `<p>${'<b '.repeat(50_000)}`,
      links: '<a href=https://a.example><object>a '.repeat(10_000),
    }
    expect(await linesOf('a.json', JSON.stringify(values))).toContain('n: 1')
  })
})

describe('HTML in the cells of a CSV file is told as a browser shows it [G388]', () => {
  test('but comparisons and code stay', async () => {
    const csv =
      'SKU,Body (HTML),Rule,Code\nD-1,"<p>Strong drill.</p><ul><li>2 years warranty</li></ul>",a < b,<b>x</b>\nS-1,"<p>Cuts wood &amp; plastic.<br>Not metal.</p>",c > d,<i>y</i>\n'
    expect(await linesOf('p.csv', csv)).toEqual([
      'SKU: D-1 · Body (HTML): Strong drill. 2 years warranty · Rule: a < b · Code: <b>x</b>',
      'SKU: S-1 · Body (HTML): Cuts wood & plastic. Not metal. · Rule: c > d · Code: <i>y</i>',
    ])
  })
})
