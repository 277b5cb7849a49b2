import { describe, expect, test } from 'vitest'
import { partsOf } from './statements-of.ts'

describe('a record that is named by a code is also called by its words [G414]', () => {
  const said = 'KL 843 · Ford Transit · inspection · due: 2025-11-30'
  const json = (value: object) => partsOf('a.json', JSON.stringify(value))
  const car = (plate: string, model: string, due: string) => ({
    plate,
    model,
    inspection: { due, garage: 'Pfeil' },
  })

  test('in TOML, JSON, YAML and XML', async () => {
    const toml = (plate: string, model: string, due: string) =>
      `[[car]]\nplate = "${plate}"\nmodel = "${model}"\ncolor = "red"\n[car.inspection]\ndue = ${due}\n`
    expect(
      await partsOf(
        'a.toml',
        toml('KL 482', 'Kangoo', '2026-03-14') + toml('KL 843', 'Ford Transit', '2025-11-30'),
      ),
    ).toEqual(
      expect.arrayContaining([
        said,
        'car · KL 843 · model: Ford Transit',
        'car · KL 843 · Ford Transit · color: red',
      ]),
    )
    const cars = [car('KL 482', 'Kangoo', '2026-03-14'), car('KL 843', 'Ford Transit', '2025-11-30')]
    expect(await json({ cars })).toContain(said)
    expect(await json({ cars: Object.fromEntries(cars.map(({ plate, ...own }) => [plate, own])) })).toContain(
      said,
    )
    const yaml = cars.map(
      ({ plate, model, inspection: { due } }) =>
        `- plate: ${plate}\n  model: ${model}\n  inspection:\n    due: ${due}\n    garage: Pfeil\n`,
    )
    expect(await partsOf('a.yaml', `cars:\n${yaml.join('').replace(/^/gmu, '  ').trimEnd()}\n`)).toContain(
      said,
    )
    const xml = cars.map(
      ({ plate, model, inspection: { due } }) =>
        `<car><plate>${plate}</plate><model>${model}</model><inspection><due>${due}</due><by>Pfeil</by></inspection></car>`,
    )
    expect(await partsOf('a.xml', `<cars>${xml.join('')}</cars>`)).toContain(said)
  })

  test('but not where the name is one, or all fields stand together', async () => {
    const web = { name: 'web', title: 'Front', limits: { cpu: 1, memory: 2 } }
    const services = [web, { ...web, name: 'db', title: 'Store' }]
    expect(await json({ services })).toContain('web · limits · cpu: 1')
    const tickets = [
      { id: 881, subject: 'Lamp flickers', status: 'open' },
      { id: 882, subject: 'Chair squeaks', status: 'open' },
    ]
    expect(await json({ tickets })).toContain('tickets · 881 · status: open')
  })
})
