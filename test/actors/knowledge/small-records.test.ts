import { describe, expect, test } from 'vitest'
import { statementsOf } from './statements-of.ts'

const lines = (records: readonly unknown[]) => records.map((one) => JSON.stringify(one)).join('\n')
const lists = (statements: readonly string[]) => statements.filter((one) => one.includes('\n'))

describe('a small record of a list is one answer with all that is in it [G386]', () => {
  const event = (id: string, host: string, text: string) => ({
    id,
    resource: { container: { id: host }, tags: ['eu', 'slow'] },
    attributes: { level: { name: 'error' }, message: text, env: { name: 'production', zone: 'north' } },
  })

  test('an event of a log', async () => {
    const found = await statementsOf(
      'e.jsonl',
      lines([
        event('e1', 'f1a93', 'user #19084 signed in'),
        event('e2', 'b8e44', 'error while processing user #19048: timed out'),
      ]),
    )
    expect(lists(found)).toHaveLength(2)
    expect(lists(found)[1]).toBe(
      'e2 › e2 · resource · container · id: b8e44\ne2 · resource · tags: eu, slow\ne2 · attributes · level · name: error\ne2 · attributes · message: error while processing user #19048: timed out\ne2 · attributes · env · name: production\ne2 · attributes · env · zone: north',
    )
    expect(found).toContain('e2 · resource · container · id: b8e44')
  })

  test('and one that its key tells from others, but not the parts of settings', async () => {
    const found = await statementsOf(
      's.json',
      JSON.stringify({
        web: { port: 80, limits: { cpu: 2 } },
        db: { port: 5432, limits: { cpu: 4 } },
        log: { to: { file: 'a.log', days: 3 }, level: 'info' },
      }),
    )
    expect(lists(found)).toContain('db › db · port: 5432\ndb · limits · cpu: 4')
    expect(lists(found)).toContain('log – to › log · to · file: a.log\nlog · to · days: 3')
  })

  test.each([
    [
      'long texts',
      { text: 'The pump was found dry in the morning and was filled again by the night shift.' },
    ],
    ['lists of records', { steps: [{ at: 1 }, { at: 2 }] }],
    ['many values', Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`k${i}`, i]))],
  ])('but not one with %s', async (_, more) => {
    const found = await statementsOf(
      'e.jsonl',
      lines(['e1', 'e2'].map((id) => ({ id, host: { name: 'n', zone: 'z' }, more }))),
    )
    expect(lists(found).some((one) => one.includes('host') && one.includes('more'))).toBe(false)
  })
})

describe('the lines of a log whose fields a line above names are rows [G391]', () => {
  test('of web servers, with remarks and a second list of fields', async () => {
    const log =
      '#Software: Internet Services 10.0\n#Fields: date time cs-method c-ip sc-status\n2022-07-21 06:10:02 GET 10.4.0.12 200\n2022-07-21 06:11:40 POST - 500\n#Fields: date cs(User-Agent)\n2022-07-22 "Mo zilla"\n'
    expect(await statementsOf('u_ex.log', log)).toEqual([
      'Software: Internet Services 10.0',
      'date: 2022-07-21 · time: 06:10:02 · cs-method: GET · c-ip: 10.4.0.12 · sc-status: 200',
      'date: 2022-07-21 · time: 06:11:40 · cs-method: POST · sc-status: 500',
      'date: 2022-07-22 · cs(User-Agent): Mo zilla',
    ])
  })

  test('but not of logs of another form', async () => {
    const log = '#Fields: see the manual\n06:10 the pump was started by hand\n06:12 stopped\n'
    expect(await statementsOf('pump.log', log)).toContain('06:12 stopped')
  })
})

describe('records of one name are told apart by what differs among them [G387]', () => {
  test('words of a field, before a number', async () => {
    const staff = [
      { name: 'Anna Berg', floor: 2, team: 'Support', phone: '311' },
      { name: 'Mikko Salo', floor: 1, team: 'Finance', phone: '327' },
      { name: 'Anna Berg', floor: 5, team: 'Finance', phone: '348' },
    ]
    const found = await statementsOf('s.json', JSON.stringify({ staff }))
    expect(found).toContain('staff · Anna Berg, Finance · phone: 348')
    expect(found).toContain('staff · Mikko Salo · phone: 327')
    const floors = await statementsOf(
      's.json',
      JSON.stringify(staff.map((one) => ({ ...one, team: 'Support' }))),
    )
    expect(floors).toContain('Anna Berg, floor 5 · phone: 348')
  })

  test('the kind of objects of a cluster', async () => {
    const yaml = ['apps/v1\nkind: Deployment', 'v1\nkind: Service']
      .map((kind) => `apiVersion: ${kind}\nmetadata:\n  name: web\n`)
      .join('---\n')
    expect(await statementsOf('k.yaml', yaml)).toContain('web, Service · kind: Service')
  })

  test('but equal ones keep their name', async () => {
    const same = { name: 'Tea', price: 3 }
    expect(await statementsOf('t.json', JSON.stringify([same, same]))).toContain('Tea · price: 3')
  })
})
