import { describe, expect, test } from 'vitest'
import { statementsOf } from './statements-of.ts'

const csv = (...lines: readonly string[]) => statementsOf('a.csv', `${lines.join('\n')}\n`)

describe('a table of values has a head of two lines [G350]', () => {
  test.each([
    [
      ['Product,EU,,US,', ',Price,Stock,Price,Stock', 'Saw,24.50,26,26.40,8'],
      'Product: Saw · EU (Price): 24.50 · EU (Stock): 26 · US (Price): 26.40 · US (Stock): 8',
    ],
    [
      [',Price,Price,Stock', 'Product,EUR,USD,pcs', 'Saw,24.50,26.40,3'],
      'Product: Saw · Price (EUR): 24.50 · Price (USD): 26.40 · Stock (pcs): 3',
    ],
    [
      ['Year,2022,2022,2023', 'Quarter,Q3,Q4,Q1', 'Sales,10,12,11', 'Costs,8,9,9'],
      'Sales · 2022 (Q3): 10 · 2022 (Q4): 12 · 2023 (Q1): 11',
    ],
  ])('%s', async (lines, first) => {
    expect((await csv(...lines))[0]).toBe(first)
  })

  test('but not where a row of words stands below a head', async () => {
    expect(await csv(',Mon,Tue,Wed', 'Ann,early,late,off', 'Bob,1,2,3')).toHaveLength(2)
    expect(await csv('Name,Score,Score', 'Ann,good,bad', 'Bob,3,4')).toHaveLength(2)
    expect(await csv(',Q1,Q2,Q3', 'North,none,some,few', 'South,1,2,3')).toHaveLength(2)
    expect(await csv('Name,Test 1,Test 2', 'Ann,pass,fail', 'Bob,3,4')).toHaveLength(2)
  })
})

describe('what stands around a table of values [G351]', () => {
  test('above it are the fields of one thing', async () => {
    expect(
      await csv(
        'Invoice,INV-9',
        'Due,2024-03-31',
        'Customer,Ana Diaz',
        '',
        'Pos,Item,Price',
        '1,Drill,89.90',
      ),
    ).toEqual([
      'Invoice: INV-9',
      'Due: 2024-03-31',
      'Customer: Ana Diaz',
      'Pos: 1 · Item: Drill · Price: 89.90',
    ])
    expect(
      (await csv('Item,Price', 'Tea,2.00', '', 'Totals,', 'Orders,12', 'Due,2024-03-31')).slice(1),
    ).toEqual(['Totals', 'Totals › Orders: 12', 'Totals › Due: 2024-03-31'])
    expect((await csv('Customer,Ana Diaz', 'Order date,2024-03-01', '', 'SKU,Qty', 'B-4,3'))[0]).toBe(
      'Customer: Ana Diaz',
    )
  })

  test('or another table', async () => {
    expect((await csv('Item,Price', 'Tea,2.00', 'Milk,1.00', '', 'Day,From,To', 'Mon,9,17'))[0]).toBe(
      'Item: Tea · Price: 2.00',
    )
    expect((await csv('Region,2024', 'North,120', 'South,90', '', 'Day,From,To', 'Mon,9,17'))[0]).toBe(
      'Region: North · 2024: 120',
    )
  })

  test.each([
    [['Employee,Start Date', 'Ana,2024-05-01', 'Ben,2023-06-01'], 'Employee: Ben · Start Date: 2023-06-01'],
    [['Employee,Start Date', 'Ana,2024-05-01', 'Ben,open'], 'Employee: Ben · Start Date: open'],
    [['Product,Price 2024 (EUR)', 'Tea,3.50', 'Milk,2.80'], 'Product: Milk · Price 2024 (EUR): 2.80'],
    [['City,Sales Q1 2024', 'Kiel,40', 'Ulm,–'], 'City: Ulm · Sales Q1 2024: –'],
    [['Product,Price 2024', 'Tea,3.50 EUR', 'Milk,2.80 EUR'], 'Product: Milk · Price 2024: 2.80 EUR'],
    [
      ['Milestone,Kick Off', 'North,1 May 2024', 'South,2 May 2024'],
      'Milestone: South · Kick Off: 2 May 2024',
    ],
  ])('with a head of its own: %s', async (lines, second) => {
    expect((await csv(...lines, '', 'Team,Lead,Room', 'Sales,Ana,12'))[1]).toBe(second)
  })

  test('and no value of a field is a head', async () => {
    const below = ['', 'Pos,Item,Price', '1,Drill,89.90']
    for (const fields of [
      ['Customer,Ana Diaz', 'Order date,2024-03-01', 'Due date,2024-03-31'],
      ['Customer,Ana Day', 'Order date,2024-03-01', 'Boxes,12'],
      ['Customer,Ana Diaz', 'Signed,2024-03-01'],
      ['Customer,Ana Diaz', 'Issued on,2024-03-01', 'Paid on,2024-03-09'],
      ['Order date,2024-03-01', 'Total,49.90', 'Boxes,12'],
      ['Order,2024-117', 'Total,49.90'],
      ['Projekt,Neue Halle', 'Beginn,01.05.2024', 'Ende,01.06.2024'],
      ['Event,Fair 2024', 'Budget,40 EUR', 'Guests,120'],
    ])
      expect((await csv(...fields, ...below)).slice(0, -1)).toEqual(
        fields.map((field) => field.replace(',', ': ')),
      )
  })

  test('below it are lines about it', async () => {
    expect(
      await csv('Sample,Lead,Status', 'A1,0.5,ok', '', 'Limit: 1.0 µg/L,,', 'Method: ISO 17294,,'),
    ).toEqual(['Sample: A1 · Lead: 0.5 · Status: ok', 'Limit: 1.0 µg/L', 'Method: ISO 17294'])
    expect(
      await csv('Item,Price', 'Tea,2.00', 'Milk,1.00', 'Source: the price list of March.', '* new since May'),
    ).toEqual([
      'Item: Tea · Price: 2.00',
      'Item: Milk · Price: 1.00',
      'Source: the price list of March.',
      '* new since May',
    ])
    expect(await csv('Item,Price', 'Tea,2.00', '', 'Prices include VAT.', 'Closed on Mondays.')).toEqual([
      'Item: Tea · Price: 2.00',
      'Prices include VAT.',
      'Closed on Mondays.',
    ])
  })

  test('and rows without values stay rows', async () => {
    expect(await csv('Name,Phone', 'Ann,411', 'Bob,412', 'Cleo,')).toContain('Name: Cleo')
    expect(await csv('Company,Phone', 'Nova,411', 'Acme,412', 'Lund Inc.,')).toContain('Company: Lund Inc.')
    const tasks = ['Task,Owner', 'Call the plumber today.,Ana', 'Paint the hall door.,', 'Order new chairs.,']
    expect((await csv(...tasks)).slice(1)).toEqual(['Task: Paint the hall door.', 'Task: Order new chairs.'])
    const steps = ['Step,Owner', 'Phase one: dig,Ana', 'Phase two: fill,', 'Ask a neighbour if it rains.,']
    expect((await csv(...steps)).slice(1)).toEqual(['Step: Phase two: fill', 'Ask a neighbour if it rains.'])
    expect(await csv('Rule', 'Wash your hands.', 'Close the door.')).toEqual([
      'Rule: Wash your hands.',
      'Rule: Close the door.',
    ])
  })
})

describe('a group that is written once [G352]', () => {
  test('is that of the rows below it', async () => {
    expect(await csv('Department,Employee,Phone', 'Sales,Ana,4411', ',Ben,4412', 'IT,Cleo,5511')).toEqual([
      'Department: Sales · Employee: Ana · Phone: 4411',
      'Department: Sales · Employee: Ben · Phone: 4412',
      'Department: IT · Employee: Cleo · Phone: 5511',
    ])
  })

  test('in German too', async () => {
    const found = await csv('Abteilung,Person,Ort', 'Einkauf,Ana,Bonn', ',Ben,Ulm', 'Vertrieb,Cid,Kiel')
    expect(found[1]).toBe('Abteilung: Einkauf · Person: Ben · Ort: Ulm')
  })

  test('and not what stands below all groups', async () => {
    const rows = ['Region,Country,Sales', 'EMEA,Norway,10', ',Sweden,12', 'APAC,Japan,30', ',Total,52']
    expect((await csv(...rows)).slice(1)).toEqual([
      'Region: EMEA · Country: Sweden · Sales: 12',
      'Region: APAC · Country: Japan · Sales: 30',
      'Country: Total · Sales: 52',
    ])
    const order = ['Order,Item,Qty,Price', '1,Drill,2,20', '2,Saw,1,9', ',,Total,49']
    expect((await csv(...order)).at(-1)).toBe('Qty: Total · Price: 49')
  })

  test.each([
    [['Department,Employee,Phone', 'Sales,Ana,4411', ',Ben,4412', 'Sales,Cleo,5511', 'IT,Dan,5512']],
    [
      [
        'Department,Employee,Phone',
        'Sales,Ana,4411',
        ',Ben,4412',
        'IT,Cleo,5511',
        'HR,Eve,5513',
        'PR,Fay,5514',
      ],
    ],
    [['Name,Size,Colour', 'Ann,small,red', ',Ben,blue', 'Bob,large,red']],
    [['Department,Employee,Phone', ',Ben,4412', 'Sales,Ana,4411', 'IT,Cleo,5511']],
    [['Mobile,Person,City', '0171 111,Ana,Bonn', ',Ben,Ulm', '0171 222,Cid,Kiel', ',Dee,Mainz']],
    [['Completed on,Owner,Task', '2024-01-02,Ana,Paint', ',Ben,Fix roof', '2024-01-05,Cid,Sweep']],
    [
      [
        'Assignee,Task,Due',
        'Ana,Fix the roof,2024-05-01',
        ',Call Ben,2024-05-02',
        'Cid,Buy nails,2024-05-03',
      ],
    ],
    [['Room,Person,Phone', '12,Ana,4411', ',Ben,4412', '14,Cleo,5511']],
  ])('but not where it is unknown: %s', async (lines) => {
    const found = await csv(...lines)
    expect(found.find((one) => one.includes('Ben'))?.startsWith(lines[0]?.split(',')[1] ?? '')).toBe(true)
  })
})

describe('of a table of values [G353]', () => {
  test('each section has its own name', async () => {
    expect(
      await csv('Bolts,,', 'Size,Price,Stock', 'M4,0.12,500', 'M5,0.14,300', 'Nuts,,', 'M4,0.08,900'),
    ).toEqual([
      'Bolts › Size: M4 · Price: 0.12 · Stock: 500',
      'Bolts › Size: M5 · Price: 0.14 · Stock: 300',
      'Nuts › Size: M4 · Price: 0.08 · Stock: 900',
    ])
    expect(await csv('Product A,,', 'Weight,2.5,kg', 'Height,30,cm', 'Product B,,', 'Weight,4,kg')).toEqual([
      'Product A › Weight · 2.5 · kg',
      'Product A › Height · 30 · cm',
      'Product B › Weight · 4 · kg',
    ])
    const title = await csv('Ferry line 4,,', 'Stop,Adults,Children', 'Pier,4,2', 'Winter,,', 'Mill,3,1')
    expect(title.at(-1)).toBe('Ferry line 4 – Winter › Stop: Mill · Adults: 3 · Children: 1')
  })

  test('a quote in a value has a backslash, which ends a path too', async () => {
    expect(await csv('id,quote', '1,"He said \\"yes, now\\" twice"', '2,"plain, text"')).toEqual([
      'id: 1 · quote: He said "yes, now" twice',
      'id: 2 · quote: plain, text',
    ])
    expect(await csv('dir,use', '"C:\\temp\\","scratch, logs"', '"C:\\data\\",files')).toEqual([
      'dir: C:\\temp\\ · use: scratch, logs',
      'dir: C:\\data\\ · use: files',
    ])
  })
})
