import { basename, extname } from 'node:path'
import {
  commands,
  directives,
  dockerfile,
  FORMATS,
  type Format,
  hostOptions,
  makefile,
  owners,
  prose,
  settings,
  toml,
} from './formats.ts'

/** "app.env.example" is read as "app.env". */
const TEMPLATE = /\.(?:example|sample|dist|template|tmpl|tpl|default|j2|local)$/iu

/** Names that files have without an extension. */
const NAMES: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['dockerfile', dockerfile],
  ['containerfile', dockerfile],
  ['makefile', makefile],
  ['gnumakefile', makefile],
  ['justfile', makefile],
  ['ssh_config', hostOptions],
  ['sshd_config', hostOptions],
  ['crontab', commands],
  ['fstab', commands],
  ['hosts', commands],
  ['exports', commands],
  ['procfile', commands],
  ['caddyfile', directives],
  ['brewfile', commands],
  ['codeowners', owners],
  ['env', settings],
  ['.env', settings],
  ['.editorconfig', settings],
  ['.npmrc', settings],
  ['.gitconfig', settings],
  ['gitconfig', settings],
  ['pipfile', toml],
])

/** What people write for whoever opens a folder: "README", "LICENSE-MIT". */
const PROSE =
  /^(?:read_?me|change_?log|changes|news|history|releases?|release[-_]notes|upgrad(?:e|ing)|licen[cs]e|copying|copyright|notices?|patents|authors|contributors|maintainers|credits|thanks|contributing|code_of_conduct|governance|security|support|install(?:ation|ing)?|usage|todo|bugs|faq|about|notes|roadmap|manifesto|version)(?:[-_](?:[\p{L}\p{N}_-]{1,20}|\p{N}{1,4}(?:\.\p{N}{1,4}){1,3}))?$/iu
/** "COPYING.LESSER", "README.Debian", but not "install.sh": in small letters it is an extension. */
const CAPITAL_ENDING = /\.\p{Lu}[\p{L}\p{N}-]{0,20}$/u

/** ".env.production", "env.staging", but not "env.py". */
const STAGE =
  /^(?:\.env\.[\p{L}\p{N}_-]+|env\.(?:prod(?:uction)?|stag(?:e|ing)|dev(?:elopment)?|test(?:ing)?|qa|ci|docker|shared|common|base))$/u

/** How a file is read, by its name: by all of it, by its extension, or by that of what it is a template of. None: it is not read. */
export function formatOf(file: string): Format | undefined {
  const own = basename(file)
  const name = own.toLowerCase()
  const known = NAMES.get(name) ?? FORMATS.get(extname(name))
  if (known !== undefined && !TEMPLATE.test(name)) return known
  const bare = own.replace(TEMPLATE, '')
  const within = bare === own || bare === '' ? undefined : formatOf(bare)
  if (within !== undefined) return within
  if (known !== undefined) return known
  if (STAGE.test(name)) return settings
  // "Dockerfile.build".
  if (/^(?:docker|container)file\.[\p{L}\p{N}_-]+$/u.test(name)) return dockerfile
  return PROSE.test(own.replace(CAPITAL_ENDING, '')) ? prose : undefined
}
