import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { pages } from './files.ts'
import { parsed } from './sources.ts'

/** The source of every entry point of the package, by what a program imports. */
const entries = Object.entries(
  (
    JSON.parse(readFileSync('package.json', 'utf8')) as {
      exports: Record<string, string | { types: string }>
    }
  ).exports,
).flatMap(([subpath, target]) =>
  typeof target === 'string'
    ? []
    : [
        {
          name: subpath.replace('.', 'ganglion'),
          file: target.types.replace(/^\.\/dist\/(.+)\.d\.ts$/u, '$1.ts'),
        },
      ],
)
const ROOMS = ['inference', 'routing', 'merge', 'pipeline']

/** The names that an entry point exports. It holds nothing but exports of names from other files. */
function exportsOf(file: string): string[] {
  return parsed({ file, text: readFileSync(file, 'utf8') }).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause)
      throw new Error(`${file}: not an export`)
    if (!ts.isNamedExports(statement.exportClause)) throw new Error(`${file}: exports more than names`)
    return statement.exportClause.elements.map(({ name }) => name.text)
  })
}

const exported = new Map(entries.map(({ name, file }) => [name, exportsOf(file)]))
const root = exported.get('ganglion') ?? []
const page = pages().find(({ file }) => file === 'docs/exports.md')?.text ?? ''

describe('exports', () => {
  test.each(entries)('docs/exports.md lists the names of $name, and no other', ({ name }) => {
    const [, section = ''] = page.split(new RegExp(`^## \`${name}\`$`, 'mu'))
    const [own = ''] = section.split(/^## /mu)
    const listed = [...own.matchAll(/^\| .*$/gmu)].flatMap(([row]) =>
      [...row.matchAll(/`(\w+)`/gu)].map(([, word]) => word as string),
    )
    expect(listed.sort()).toEqual([...(exported.get(name) ?? [])].sort())
  })

  test('a name is exported once, except those of a room that the root exports too', () => {
    const others = [...exported].filter(([name]) => name !== 'ganglion').flatMap(([, names]) => names)
    expect(others.filter((name, at) => others.indexOf(name) !== at)).toEqual([])
    const rooms = ROOMS.flatMap((room) => exported.get(`ganglion/${room}`) ?? [])
    expect(others.filter((name) => root.includes(name) && !rooms.includes(name))).toEqual([])
  })

  test('every error that a room throws can be imported from the root', () => {
    const errors = ROOMS.flatMap((room) => exported.get(`ganglion/${room}`) ?? []).filter((name) =>
      name.endsWith('Error'),
    )
    expect(errors.length).toBeGreaterThan(15)
    expect(errors.filter((name) => !root.includes(name))).toEqual([])
  })
})
