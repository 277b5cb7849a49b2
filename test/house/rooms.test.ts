import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Arrow, arrowsBetween, circlesOfRooms } from './circles.ts'
import { BACKWARD_ARROWS } from './exceptions.ts'
import { files } from './files.ts'
import { importsOf, parsed } from './sources.ts'

/** The command line and the teams stand in two trees, and as rooms beside one another. */
const asOneTree = (file: string) => file.replace(/^actors\//, 'src/actors/')

const arrows = arrowsBetween(
  new Map(
    files('.ts', 'src', 'actors').map((source) => [
      asOneTree(source.file),
      importsOf(parsed(source)).map((file) => asOneTree(file)),
    ]),
  ),
)
const nameOf = ({ from, to }: Arrow) => `${from} → ${to}`
const isListed = (arrow: Arrow) => BACKWARD_ARROWS.includes(nameOf(arrow))
const rooms = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

describe('rooms', () => {
  test('no circle goes through a folder, types included', () => {
    const rest = arrows.filter((arrow) => !isListed(arrow))
    const found = circlesOfRooms(rest).map((circle) => ({
      circle,
      arrows: rest
        .filter(({ from, to }) => circle.includes(from) && circle.includes(to))
        .map((arrow) => `${nameOf(arrow)}: ${arrow.imports.slice(0, 3).join(', ')}`),
    }))
    expect(found).toEqual([])
  })

  test('every backward arrow of the list still closes a circle', () => {
    const needed = BACKWARD_ARROWS.filter((name) => {
      const others = arrows.filter((arrow) => !isListed(arrow) || nameOf(arrow) === name)
      return circlesOfRooms(others).length > 0
    })
    expect(needed).toEqual(BACKWARD_ARROWS)
  })

  test('a circle is found wherever in the house it is closed', () => {
    const floor = (...pairs: string[]) =>
      arrowsBetween(
        new Map(
          pairs.map((pair) => {
            const [from = '', to = ''] = pair.split(' → ')
            return [from, [to]]
          }),
        ),
      )
    expect(circlesOfRooms(floor('s/a/x.ts → s/b/x.ts', 's/b/y.ts → s/a/y.ts'))).toEqual([['s/a', 's/b']])
    expect(
      circlesOfRooms(floor('s/a/x.ts → s/b/x.ts', 's/b/y.ts → s/c/y.ts', 's/c/z.ts → s/a/w.ts')),
    ).toEqual([['s/a', 's/b', 's/c']])
    // A loose file may be below one folder and another above it, but not one file both.
    expect(circlesOfRooms(floor('s/top.ts → s/a/x.ts', 's/a/x.ts → s/errors.ts'))).toEqual([])
    expect(circlesOfRooms(floor('s/top.ts → s/a/x.ts', 's/a/y.ts → s/top.ts'))).toEqual([['s/a', 's/top.ts']])
    expect(circlesOfRooms(floor('s/x.ts → s/y.ts', 's/y.ts → s/x.ts'))).toEqual([])
  })

  test('import rules name the rooms that exist, and every room of src', () => {
    const rules = readFileSync('.dependency-cruiser.mjs', 'utf8')
    const listed = [...rules.matchAll(/^ {2}\[('[^\]]+)\],$/gm)].flatMap(([, names = '']) =>
      [...names.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => name),
    )
    expect(listed.length).toBeGreaterThan(10)
    expect(listed.concat('cli').sort()).toEqual(rooms('src').sort())
    const paths = [...rules.matchAll(/(src|actors)\/(?:\(\?!)?\(?(\w[\w|-]*)/g)].flatMap(
      ([, tree = '', names = '']) => names.split('|').map((name) => `${tree}/${name}`),
    )
    expect(paths.length).toBeGreaterThan(3)
    expect(paths.filter((path) => !existsSync(path))).toEqual([])
  })

  test('the architecture page names the rooms that exist, and every room of src', () => {
    const page = readFileSync('docs/architecture.md', 'utf8')
    const [, order = ''] = /^## Which way imports go\n\n`([^`]+)`/m.exec(page) ?? []
    const named = order.split(/[\s←,]+/)
    expect(named.filter((name) => !existsSync(`src/${name}`) && !existsSync(name))).toEqual([])
    expect(rooms('src').filter((room) => !named.includes(room))).toEqual([])
    const paths = [...page.matchAll(/`((?:src|actors)\/[^`*…]+)`/g)].map(([, path = '']) => path)
    expect(paths.filter((path) => !existsSync(path))).toEqual([])
  })
})
