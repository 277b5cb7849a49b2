import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { functionOf, type Scenario } from './scenario.ts'

/** Most files that one scenario is searched through. */
const FILES_MAX = 64

const CALL = /\.\s*reachable\(\s*(['"`])((?:\\.|(?!\1).)*?)\1/g
const IMPORT = /(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g
const COMMENT = /\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/[^\n]*/g

const known = new WeakMap<object, readonly string[]>()

/**
 * The names that a scenario's source gives to `reachable`. A call that never runs can't report itself, so the source is
 * searched for it: the scenario's own module and the modules of the project that it imports, or the function's text.
 */
export function reachablesOf(scenario: Scenario): readonly string[] {
  functionOf(scenario)
  let names = known.get(scenario)
  if (names === undefined) {
    names = [...new Set(textsOf(scenario).flatMap(([, text]) => namesIn(text)))]
    known.set(scenario, names)
  }
  return names
}

const IMPORTS =
  /(?:\bimport|__vi_import__|__vite_ssr_dynamic_import__|__vitest_ssr_dynamic_import__)\s*\(\s*([^)\n]*)\)/

/** Where the scenario's own source loads a module while it runs, in words: virtual time can't wait for that. */
export function importsOf(scenario: Scenario): readonly string[] {
  return textsOf(scenario).flatMap(([url, text]) =>
    text.split('\n').flatMap((line, at) => {
      const found = IMPORTS.exec(line.replace(/(?<![:'"`])\/\/.*/, ''))
      if (found === null) return []
      return [`import(${found[1]})${url === undefined ? '' : ` at ${fileURLToPath(url)}:${at + 1}`}`]
    }),
  )
}

function namesIn(text: string): string[] {
  return [...text.replaceAll(COMMENT, '').matchAll(CALL)]
    .map(([, quote, name]) => (quote === '`' && name?.includes('${') ? '' : (name ?? '')))
    .filter((name) => name !== '')
    .map((name) => name.replaceAll(/\\(.)/g, '$1'))
}

/** The addresses and texts of the scenario's own modules; of a function its text. */
function textsOf(scenario: Scenario): (readonly [url: string | undefined, text: string])[] {
  if (typeof scenario === 'function') return [[undefined, scenario.toString()]]
  const texts: (readonly [string, string])[] = []
  const seen = new Set<string>()
  const open = [scenario.url]
  for (let url = open.pop(); url !== undefined && seen.size < FILES_MAX; url = open.pop()) {
    if (seen.has(url)) continue
    seen.add(url)
    const text = readText(url)
    if (text === undefined) continue
    texts.push([url, text])
    for (const [, path = ''] of text.matchAll(IMPORT)) open.push(new URL(path, url).href)
  }
  return texts.length === 0 ? [[undefined, scenario.run.toString()]] : texts
}

function readText(url: string): string | undefined {
  // In TypeScript an import may name the JavaScript that its file becomes.
  for (const name of [url, url.replace(/\.js$/, '.ts'), url.replace(/\.mjs$/, '.mts')]) {
    try {
      return readFileSync(fileURLToPath(name), 'utf8')
    } catch {
      // Not there, or no file: the next name.
    }
  }
  return undefined
}
