import type { Document } from '../../text/document.ts'
import { STOP_WORDS } from '../../text/stop-words.ts'
import { type Kind, readHostOptions, readLinesOf } from './commands.ts'
import { linesOf } from './lines.ts'
import { readColumns } from './option-columns.ts'

const COMMENT = /^\s*[#;!]/u
/** "timeout 300", "PermitRootLogin no", but not "port = 80" nor "port: 80". */
const OPTION = /^\s*([\p{L}_][\p{L}\p{N}_.-]*)[ \t]+([^\s=:{[][^={}]*)$/u
/** A number with its unit, an address, a path, a switch or a text in quotes. */
const VALUE =
  /^(?:[+-]?\p{N}\S*|\S*[/\\@*]\S*|\S+\.\S+|\S+:\p{N}+|(?:yes|no|on|off|true|false|none|any|all)|["'<].+)$/iu
const DATE = /^(?:\p{N}{4}-\p{N}{1,2}|\p{N}{1,2}[./]\p{N}{1,2}[./]\p{N}{2,4}$)/u
/** A key of several words in one: "PermitRootLogin", "max-clients". A word alone is one of any text. */
const COMPOUND = /\p{Ll}\p{Lu}|[\p{L}\p{N}][-_.][\p{L}\p{N}]/u
/** Keys that servers have which look like words, with a value like a word: "requirepass foobared". */
const KNOWN =
  /^(?:requirepass|masterauth|masteruser|aclfile|dbfilename|logfile|pidfile|unixsocket|loadmodule|replicaof|slaveof|daemonize|maxmemory|appendonly|appendfsync|nameserver|driftfile|allow-hotplug)$/u
/** "version 2", "see /etc/hosts": words before a number or a path that are no keys. */
const LEADS =
  /^(?:version|section|part|chapter|step|line|page|level|number|table|figure|note|example|default|value|updated|changed|added|copyright|run|read|use|see|next|last|first|least|max|min|all|last|seconds?|minutes?|hours?|days?)$/iu

/** A longer line is text. */
const OPTION_WORDS_MAX = 8
const OPTION_CHARS_MAX = 200
/** A blank, a key and a value say whether a line is an option only if most lines are. */
const OPTIONS_SHARE = 0.8
const VALUES_SHARE = 0.5

/** "Host bastion", "Match User deploy", in a file of an SSH client or server, whose keys are words in one. */
const HOSTS = /^[ \t]*(?:Host[ \t]+\S|Match[ \t]+(?:User|Group|Host|Address|LocalPort|all|exec)\b)/mu

/** Options of hosts ("Match User deploy" holds until the next), or rows below a comment that names their columns. Undefined for lines of another form. */
export function readHostsOrColumns(file: string, text: string): Document | undefined {
  const lines = linesOf(text)
  const options = HOSTS.test(text) ? optionsOf(lines) : undefined
  const isHosts = options?.some((line) => /^\s*(?:\p{Lu}\p{Ll}+){2}/u.test(line)) === true
  return isHosts ? readHostOptions(file, text) : readColumns(file, lines)
}

/** Options line by line, a key and its value with a space between, as of Redis and SSH. Undefined for lines of another form. */
export function readOptions(file: string, text: string): Document | undefined {
  const lines = linesOf(text)
  const options = optionsOf(lines)
  if (options === undefined) return undefined
  const valued = options.filter((line) => hasValue(line) || COMPOUND.test(wordsOf(line)[0] as string))
  return valued.length < VALUES_SHARE * options.length ? undefined : readLinesOf(file, text, kindOf(lines))
}

/** The options of a file that has little else. */
function optionsOf(lines: readonly string[]): readonly string[] | undefined {
  const live = lines.filter((line) => line.trim() !== '' && !COMMENT.test(line))
  const options = live.filter(isOption)
  return options.length === 0 || options.length < OPTIONS_SHARE * live.length ? undefined : options
}

function kindOf(lines: readonly string[]): Kind {
  return { off: optionIn(lines), beside: /\s#\s?(?=\S)/u, marks: /^\s*[#;!]/u }
}

/** The option that a comment among the lines switches off, if it does. */
export function optionIn(lines: readonly string[]): (line: string) => string | undefined {
  const keys = new Set(lines.filter((line) => !COMMENT.test(line)).map((line) => wordsOf(line)[0] as string))
  const spaced = lines.some((line) => /^\s*#+\s+\S/u.test(line))
  return (line) => switchedOff(line, keys, spaced)
}

/** The option that a comment switches off; undefined if it says something. */
function switchedOff(line: string, keys: ReadonlySet<string>, spaced: boolean): string | undefined {
  const [, before = '', mark = '', space = '', said = ''] = /^(\s*)([#;])([ \t]?)(\S.*)$/u.exec(line) ?? []
  if (said.length > OPTION_CHARS_MAX || !isOption(said) || /[.!?:,]$/u.test(said)) return undefined
  const [key = '', ...values] = wordsOf(said)
  if (STOP_WORDS.has(key.toLowerCase()) || LEADS.test(key)) return undefined
  const whole = before + said
  const few = values.length < 3
  if (KNOWN.test(key) && few) return whole
  // Nobody begins a comment with no space, where others have one.
  const close = space === '' && (mark === ';' || spaced)
  if (close && (values.length === 1 || (few && COMPOUND.test(key)))) return whole
  const valued = values.filter((value) => VALUE.test(value) && !DATE.test(value))
  if (valued.length === values.length && few) return whole
  if (COMPOUND.test(key) && values.length === 1 && space === '') return whole
  return (keys.has(key) || space === '') && valued.length > 0 && !values.some(isWord) ? whole : undefined
}

/** Words of a sentence. */
function isWord(value: string): boolean {
  return STOP_WORDS.has(value) && !VALUE.test(value)
}

function isOption(line: string): boolean {
  return line.length <= OPTION_CHARS_MAX && OPTION.test(line) && wordsOf(line).length <= OPTION_WORDS_MAX
}

function hasValue(line: string): boolean {
  const [, ...values] = wordsOf(line)
  return values.some((value) => VALUE.test(value))
}

function wordsOf(line: string): string[] {
  return line.trim().slice(0, OPTION_CHARS_MAX).split(/\s+/u)
}
