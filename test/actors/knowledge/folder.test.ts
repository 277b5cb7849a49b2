import { mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ParseCache } from '../../../actors/knowledge/documents/parsing/parse-cache.ts'
import { readFolder } from '../../../actors/knowledge/documents/read-folder.ts'
import { VectorCache } from '../../../actors/knowledge/index/vector-cache.ts'
import { vectorKey } from '../../../actors/knowledge/index/vector-file.ts'
import { Pauses } from '../../../src/kernel/pauses.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import { folderOf } from '../../cli/cli.ts'

const kernel = platformKernel()

async function reading<T>(
  files: Readonly<Record<string, string>>,
  read: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await folderOf(files)
  try {
    return await read(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const filesOf = (passages: readonly { readonly file: string }[]) =>
  [...new Set(passages.map(({ file }) => file))].sort()

describe('a folder', () => {
  const FILES = {
    'a.md': 'The pump is blue.',
    'drafts/b.md': 'The pump is red.',
    'drafts/keep.md': 'The pump is green.',
    'sub/c.txt': 'The pump is white.',
    'sub/secret.txt': 'The pump is black.',
    'picture.png': 'x',
    'sub/other.PNG': 'x',
    picture: 'x',
    '.gitignore': '/drafts/*\n!keep.md\n',
    'sub/.gitignore': 'secret.*\n',
    'node_modules/x/readme.md': 'The pump is pink.',
    '.obsidian/notes.md': 'The pump is brown.',
  }

  test('is read without what its .gitignore files name, and what is not read is counted', async () => {
    const read = await reading(FILES, (folder) => readFolder(folder, { kernel }))
    expect(filesOf(read.passages)).toEqual(['a.md', 'drafts/keep.md', 'sub/c.txt'])
    expect(Object.fromEntries(read.unread)).toEqual({
      '.png': 2,
      'without extension': 1,
      hidden: 1,
      'named in .gitignore': 2,
    })
  })

  test('of a repository is read without what the rules above it name, unless they name the folder itself [G246]', async () => {
    const repository = {
      '.git/HEAD': 'ref: refs/heads/main',
      '.gitignore': '*.draft.md\n/docs/private/\n/build/\n',
      'docs/a.md': 'The pump is blue.',
      'docs/b.draft.md': 'The pump is red.',
      'docs/private/c.md': 'The pump is green.',
      'docs/.gitignore': '!kept.draft.md\n',
      'docs/kept.draft.md': 'The pump is white.',
      'build/d.draft.md': 'The pump is black.',
    }
    const from = (below: string) =>
      reading(repository, (folder) => readFolder(join(folder, below), { kernel })).then(({ passages }) =>
        filesOf(passages),
      )
    expect(await from('docs')).toEqual(['a.md', 'kept.draft.md'])
    expect(await from('build')).toEqual(['d.draft.md'])
    const left = reading({ ...repository, 'docs/a.md': '' }, (folder) =>
      readFolder(join(folder, 'docs'), { kernel, exclude: ['kept.*'] }),
    )
    await expect(left).rejects.toThrow(/nothing to read .*not read: 2 named in \.gitignore/u)
  })

  test('is read as far as patterns say', async () => {
    const only = await reading(FILES, (folder) => readFolder(folder, { kernel, include: ['*.txt'] }))
    expect(filesOf(only.passages)).toEqual(['sub/c.txt'])
    const typed = await reading(FILES, (folder) => readFolder(folder, { kernel, include: ['./sub/*'] }))
    expect(filesOf(typed.passages)).toEqual(['sub/c.txt'])
    const none = reading(FILES, (folder) => readFolder(folder, { kernel, include: ['*.pdf'] }))
    await expect(none).rejects.toThrow(/nothing to read .*; 6 match no --include/u)
    const without = await reading(FILES, (folder) => readFolder(folder, { kernel, exclude: ['sub/'] }))
    expect(filesOf(without.passages)).toEqual(['a.md', 'drafts/keep.md'])
  })

  test('is read with files that have a known name, and no extension or that of a template [G281]', async () => {
    const files = {
      README: 'The pump is blue.',
      'LICENSE-MIT': 'The pump is free.',
      'COPYING.LESSER': 'The pump may be copied.',
      'README.Debian': 'The pump is packed.',
      Dockerfile: 'EXPOSE 8080',
      'app.env.example': 'PORT=1',
      'env.sample': 'PORT=2',
      'nginx.conf.tmpl': 'pump = blue',
      'my.cnf': '[mysqld]\nport = 3',
      'borg.timer': '[Timer]\nOnCalendar=daily',
      'sub/schema.sql': 'CREATE TABLE pumps (id int);',
      'piers.geojson': '{"name":"East pier","depth":4.5}',
      TODO: '\u0000\u0001',
      notes2: 'The pump is red.',
      'about-us.php': 'The pump is red.',
      'about.php': 'The pump is red.',
      'install.sh': 'echo The pump is red.',
      'install.sh.example': 'echo The pump is red.',
      'a.png.example': 'The pump is red.',
    }
    const read = await reading(files, (folder) => readFolder(folder, { kernel }))
    const unread = [
      'TODO',
      'about-us.php',
      'about.php',
      'install.sh',
      'install.sh.example',
      'a.png.example',
      'notes2',
    ]
    expect(filesOf(read.passages)).toEqual(
      Object.keys(files)
        .filter((file) => !unread.includes(file))
        .sort(),
    )
    expect(read.skipped).toEqual([{ file: 'TODO', reason: 'is binary' }])
    expect(Object.fromEntries(read.unread)).toEqual({
      '.php': 2,
      '.sh': 1,
      '.example': 2,
      'without extension': 1,
    })
  })

  test('with hidden files alone reads those of them that are documents [G282]', async () => {
    await reading(
      { '.env.production': 'PORT=8080', '.gitignore': 'x', '.cache/a.md': 'The pump is blue.' },
      async (folder) => {
        const { passages, unread } = await readFolder(folder, { kernel })
        expect(passages.map(({ text }) => text)).toEqual(['PORT: 8080'])
        expect([...unread]).toEqual([['hidden', 1]])
      },
    )
  })

  test('of hidden files says that they are hidden, and reads those that a pattern names [G282]', async () => {
    const files = {
      '.env': 'PORT=1',
      '.gitlab-ci.yml': 'stage: build',
      '.github/a.yml': 'stage: test',
      '.gitignore': '*.log',
    }
    const all = reading({ '.github/a.yml': 'a: b', '.x/a.md': 'c' }, (folder) =>
      readFolder(folder, { kernel }),
    )
    await expect(all).rejects.toThrow(/nothing to read .*\(not read: 2 hidden\)/u)
    const some = await reading(files, (folder) =>
      readFolder(folder, { kernel, include: ['.env', '.github/', '*.md'] }),
    )
    expect(filesOf(some.passages)).toEqual(['.env', '.github/a.yml'])
    const within = await reading({ ...files, '.github/steps/.b/c.yml': 'stage: ship' }, (folder) =>
      readFolder(folder, { kernel, include: ['.github/steps/.b/*.yml'] }),
    )
    expect(filesOf(within.passages)).toEqual(['.github/steps/.b/c.yml'])
    const one = await reading(files, (folder) => readFolder(join(folder, '.env'), { kernel }))
    expect(one.passages.map(({ text }) => text)).toEqual(['PORT: 1'])
  })

  test('that links lead to again and again is read once, under its own name', async () => {
    const read = await reading(
      { 'a/one.md': 'The pump is blue.', 'b/two.md': 'The hose is red.' },
      async (folder) => {
        for (const [from, to] of [
          ['a', 'b'],
          ['b', 'a'],
          ['.', 'a'],
        ] as const) {
          await symlink(join(folder, to), join(folder, from, `link-to-${to}`))
          await symlink(folder, join(folder, from, 'up'))
        }
        return readFolder(folder, { kernel })
      },
    )
    expect(read.files).toBe(2)
    expect(filesOf(read.passages)).toEqual(['a/one.md', 'b/two.md'])
  })

  test('of the system is refused, and one that leads there goes without it', async () => {
    await expect(readFolder('/proc/self', { kernel })).rejects.toMatchObject({ code: 'docs-unreadable' })
    const read = await reading({ 'a.md': 'The pump is blue.' }, async (folder) => {
      await symlink('/proc/self', join(folder, 'self'))
      await symlink('/dev/zero', join(folder, 'zero.txt'))
      return readFolder(folder, { kernel })
    })
    expect(read.files).toBe(1)
    expect(read.skipped).toEqual([{ file: 'self/', reason: 'is a system folder' }])
  })

  test('with the same text in several files has it once, with all its places', async () => {
    const same =
      '# Pump\n\n## Warranty\n\nThe pump is covered by a warranty of thirty months from the day on which it was bought.\n'
    const read = await reading({ '1/a.md': same, '2/a.md': same, '3/b.md': `Intro.\n\n${same}` }, (folder) =>
      readFolder(folder, { kernel }),
    )
    const found = read.passages.filter(({ text }) => text.includes('thirty months'))
    expect(found).toMatchObject([
      {
        file: '1/a.md',
        line: 5,
        also: [
          { file: '2/a.md', line: 5 },
          { file: '3/b.md', line: 7 },
        ],
      },
    ])
  })

  test('of a page leaves the menu in its footer out [G295]', async () => {
    const pages = {
      'lost.html':
        '<h1>Lost property</h1><p>Bring it to the depot.</p><footer><p>Sitemap | Lost property | Contact</p><p>Depot: 12 Wexley Road</p><p>Brennock • Arle • Toft</p></footer>',
      'found.html':
        '<p>Found it?</p><footer><p><a href="/a">Trams</a> · <a href="/b">Fares</a></p><p>By <a href="/c">Ada</a></p></footer>',
    }
    const { passages } = await reading(pages, (folder) => readFolder(folder, { kernel }))
    const text = passages.map((one) => one.text).join('\n')
    expect(text).toContain('12 Wexley Road')
    expect(text).toContain('Brennock')
    expect(text).toContain('By Ada')
    expect(text).not.toContain('Sitemap')
    expect(text).not.toContain('Fares')
  })

  test('of pages leaves the footer out that they repeat', async () => {
    const page = (text: string) => `<h1>Help</h1><p>${text}</p><footer>© Acme. All rights reserved.</footer>`
    const pages = {
      'a.html': page('Pumps are blue.'),
      'b.html': page('Hoses are red.'),
      'c.html': page('Valves are grey.'),
    }
    const read = await reading(pages, (folder) => readFolder(folder, { kernel }))
    expect(read.passages.map(({ text }) => text)).toEqual([
      'Pumps are blue.',
      'Hoses are red.',
      'Valves are grey.',
    ])
  })

  test('of profiles knows the headings that most of them have: those answer nothing', async () => {
    const profile = (name: string) =>
      `# ${name}\n\n## History\n\nIt was founded late.\n\n## ${name} 2.1\n\nIt ran well.\n`
    const names = ['Ara', 'Bor', 'Cil', 'Dun']
    const files = Object.fromEntries(names.map((name) => [`${name}.md`, profile(name)]))
    const read = await reading(
      { ...files, 'notes.md': '## History\n\n### Release 3\n\nNothing.\n' },
      (folder) => readFolder(folder, { kernel }),
    )
    for (const passage of read.passages)
      expect(passage.form).toEqual(passage.trail.includes('History') ? ['History'] : undefined)
    const two = await reading({ 'a.md': profile('Ara'), 'b.md': profile('Bor') }, (folder) =>
      readFolder(folder, { kernel }),
    )
    expect(two.passages.every(({ form }) => form === undefined)).toBe(true)
  })

  test('with a hostile file is read without it, or with its plain text, and that is said', async () => {
    const files = {
      'deep.html': `${'<div>'.repeat(20_000)}The valve is grey.`,
      'broken.pdf': '%PDF-1.4\nno',
      'good.md': 'The pump is blue.',
    }
    const read = await reading(files, (folder) => readFolder(folder, { kernel }))
    expect(filesOf(read.passages)).toContain('good.md')
    expect(read.asides).toEqual([{ file: 'deep.html', reason: 'read as plain text: it is nested too deep' }])
    expect(read.skipped).toMatchObject([{ file: 'broken.pdf' }])
    expect(read.passages.some(({ text }) => text.includes('The valve is grey.'))).toBe(true)
  })

  test('with more than may be read of it is read that far, and each file beyond is said [G190]', async () => {
    const line = 'The pump is blue.\n'
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`${i + 10}.txt`, line.repeat(100)]),
    )
    const most = 10 * 100 * line.length
    const read = await reading(files, (folder) => readFolder(folder, { kernel, bytesMax: most }))
    expect(read.files).toBe(10)
    expect(read.skipped).toHaveLength(30)
    for (const { reason } of read.skipped) expect(reason).toMatch(/^the folder has more than 0\.0\d+ MB$/u)
  })

  test('stops being read when its reader leaves', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`${i}.md`, `Line ${i} is here.\n`.repeat(500)]),
    )
    await reading(many, async (folder) => {
      const leave = new AbortController()
      const read = readFolder(folder, { kernel, signal: leave.signal })
      leave.abort(new Error('enough'))
      await expect(read).rejects.toThrow('enough')
    })
  })

  const refused: string[] = []
  const keeping = {
    notice: () => {},
    unwritable: (folder: string) => refused.push(folder),
    unique: () => kernel.ids.unique(),
    now: () => kernel.clock.now(),
    pauses: new Pauses(kernel),
  }
  test('that was read before is not parsed again, and a changed file is', async () => {
    const kept = await mkdtemp(join(tmpdir(), 'ganglion-parsed-'))
    await reading({ 'a.md': 'The pump is blue.', 'b.md': 'The hose is red.' }, async (folder) => {
      const read = async () => {
        const cache = await ParseCache.open(kept, join(folder, '.ganglion'), keeping)
        return (await readFolder(folder, { kernel, cache })).passages.map(({ file, text }) => [file, text])
      }
      const first = await read()
      expect(await readdir(kept)).toEqual(['passages.gz'])
      expect(await read()).toEqual(first)
      await mkdir(join(folder, 'c'))
      await writeFile(join(folder, 'b.md'), 'The hose is green.')
      expect(await read()).toEqual([
        ['a.md', 'The pump is blue.'],
        ['b.md', 'The hose is green.'],
      ])
      await writeFile(join(kept, 'passages.gz'), 'something else')
      expect(await read()).toEqual([
        ['a.md', 'The pump is blue.'],
        ['b.md', 'The hose is green.'],
      ])
    })
    await rm(kept, { recursive: true })
  })

  test('leaves nothing behind of processes that ended while they stored it [G247]', async () => {
    const kept = await mkdtemp(join(tmpdir(), 'ganglion-parsed-'))
    const old = new Date(kernel.clock.now() - 2 * 86_400_000)
    const identity = { dimensions: 2, modelSha256: '0'.repeat(64) }
    const key = vectorKey('The pump is blue.')
    const away = await VectorCache.open(kept, identity, keeping)
    await away.append([[key, { scale: 1, bytes: new Int8Array([1, 2]) }]])
    await away.close()
    const [own = ''] = (await readdir(kept)).filter((name) => name.endsWith('.part'))
    // As another machine names it.
    const theirs = own.replace(hostname(), `${hostname()}-2`)
    await rename(join(kept, own), join(kept, theirs))
    const leave = async (...names: string[]) => {
      for (const name of names) await writeFile(join(kept, name), 'half of it')
    }
    await leave('vectors.bin.1.tmp', 'passages.gz-1.part', 'vectors.bin.2.tmp', 'passages.gz-2.part')
    for (const name of [theirs, 'vectors.bin.1.tmp', 'passages.gz-1.part'])
      await utimes(join(kept, name), old, old)
    const cache = await VectorCache.open(kept, identity, keeping)
    expect(cache.size).toBe(1)
    await cache.finish([key])
    await reading({ 'a.md': 'The pump is blue.' }, async (folder) =>
      readFolder(folder, { kernel, cache: await ParseCache.open(kept, join(folder, '.ganglion'), keeping) }),
    )
    // What a process may still be writing stays.
    expect((await readdir(kept)).sort()).toEqual([
      'passages.gz',
      'passages.gz-2.part',
      'vectors.bin',
      'vectors.bin.2.tmp',
    ])
    await rm(kept, { recursive: true })
  })
})
