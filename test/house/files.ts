import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** The files below these folders whose names end so, with their text. */
export const files = (ending: string, ...folders: string[]): { file: string; text: string }[] =>
  folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))

/** Every page that a reader may come to. */
export const pages = (): { file: string; text: string }[] => [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'test/evaluation/README.md', 'examples/data/README.md']
    .filter((file) => existsSync(file))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') })),
  ...files('.md', 'docs'),
]
