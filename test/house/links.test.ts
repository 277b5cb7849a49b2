import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { pages } from './files.ts'

/** Without blocks of code: what stands there is no link and no heading. */
const prose = (text: string) => text.replace(/^```[\s\S]*?^```/gmu, '')

/** The anchor of a heading, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

const anchors = (file: string) =>
  [...prose(readFileSync(file, 'utf8')).matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) => anchorOf(heading))

test('every link of a page leads to a file, and to a heading of it', () => {
  let followed = 0
  const broken = pages().flatMap(({ file, text }) =>
    [...prose(text).matchAll(/\]\(([^)\s]+)\)/gu)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/u.test(link))
      .filter((link) => {
        followed += 1
        const [path = '', anchor] = link.split('#')
        const target = path === '' ? file : join(dirname(file), path)
        return !existsSync(target) || (anchor !== undefined && !anchors(target).includes(anchor))
      })
      .map((link) => `${file}: ${link}`),
  )
  expect(broken).toEqual([])
  expect(followed).toBeGreaterThan(40)
})

test('every page of docs is reached from the README', () => {
  const reached = new Set<string>()
  const visit = (file: string): void => {
    if (reached.has(file) || !file.endsWith('.md') || !existsSync(file)) return
    reached.add(file)
    for (const [, link = ''] of readFileSync(file, 'utf8').matchAll(/\]\(([^)\s#]+)[^)]*\)/gu))
      if (!/^[a-z]+:/u.test(link)) visit(join(dirname(file), link))
  }
  visit('README.md')
  const lone = pages()
    .map(({ file }) => file)
    .filter((file) => /^docs\/[^/]+\.md$/u.test(file) && !reached.has(file))
  expect(lone).toEqual([])
})

/** What npm puts into the package: what `files` lists, and what it always adds. */
function packed(): (path: string) => boolean {
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] }
  const listed = ['README.md', 'LICENSE', 'package.json', ...files]
  return (path) =>
    listed.some((entry) =>
      entry.includes('*')
        ? new RegExp(`^${entry.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`, 'u').test(path)
        : path === entry || path.startsWith(`${entry}/`),
    )
}

test('every link of a page in the package leads to a file in the package, or to an address', () => {
  const isPacked = packed()
  let followed = 0
  const lost = pages()
    .filter(({ file }) => isPacked(file))
    .flatMap(({ file, text }) =>
      [...prose(text).matchAll(/\]\(([^)\s#]+)[^)]*\)/gu)]
        .map(([, link = '']) => link)
        .filter((link) => !/^[a-z]+:/u.test(link))
        .filter((link) => {
          followed += 1
          return !isPacked(join(dirname(file), link))
        })
        .map((link) => `${file}: ${link}`),
    )
  expect(lost).toEqual([])
  expect(followed).toBeGreaterThan(60)
})

test('the README is short: 150 lines beside its status table', () => {
  const lines = readFileSync('README.md', 'utf8').split('\n')
  const from = lines.indexOf('## Status')
  const to = lines.findIndex((line, i) => i > from && line.startsWith('## '))
  expect(from).toBeGreaterThan(0)
  expect(lines.length - (to - from)).toBeLessThanOrEqual(150)
})
