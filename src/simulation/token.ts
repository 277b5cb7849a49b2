import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Choices, ChosenFault, Strategy } from './choices.ts'
import type { Edits, FaultEdit } from './edits.ts'
import { TokenError } from './errors.ts'
import { FAULT_KINDS, type FaultKind, type FaultOptions } from './faults.ts'
import type { Marks } from './recorder.ts'
import type { RunOptions } from './settings.ts'

/** Everything needed to repeat a run. */
export interface Recipe {
  /** Of the scenario's source: distinguishes changed code from a scenario that is not deterministic. */
  readonly source: number
  readonly options: RunOptions
  /** Undefined: the seed's choices. */
  readonly choices: Choices | undefined
  /** Name of the invariant that failed; undefined for a run that passed. */
  readonly invariant: string | undefined
  readonly steps: number
  readonly marks: Marks
}

/** Where a fault's kind would be. */
const LATENCY = -1
const NONE = -2

const PREFIX = 'sim1.'
/** A token must be easy to paste: a longer one was not made here. */
const LENGTH_MAX = 256 * 1024
const JSON_MAX = 8 * 1024 * 1024

interface Packed {
  readonly h: number
  readonly s: number
  readonly o: readonly [
    Strategy | null,
    number | null,
    FaultOptions | null,
    string | number | null,
    number | null,
    boolean | null,
    /** Missing in the first tokens. */
    redact?: readonly string[] | boolean | null,
  ]
  /** Sites; faults as [site, n, kind, value]; picks as differences of steps and places; skips. */
  readonly c?: readonly [
    sites: readonly string[],
    faults: readonly (readonly number[])[],
    picks: readonly number[],
    skips: readonly (readonly [string, number])[],
  ]
  /** Edits of the seed's choices: sites, faults as [site, n, kind, value], forks as [step, salt, order only]. */
  readonly e?: readonly [
    sites: readonly string[],
    faults: readonly (readonly number[])[],
    forks: readonly (readonly number[])[],
  ]
  readonly i: string | null
  readonly n: number
  readonly m: readonly [stride: number, bytes: string]
}

/** `sim1.` and base64url of checksum and deflated JSON. */
export function encodeToken(recipe: Recipe): string {
  const { seed, strategy, depth, faults, timeLimit, maxSteps, traps, redact, edits } = recipe.options
  const packed: Packed = {
    h: recipe.source,
    s: seed,
    o: [
      strategy ?? null,
      depth ?? null,
      faults ?? null,
      timeLimit ?? null,
      maxSteps ?? null,
      traps ?? null,
      ...(redact === undefined ? ([] as const) : ([redact] as const)),
    ],
    ...(recipe.choices === undefined ? {} : { c: packChoices(recipe.choices) }),
    ...(recipe.choices === undefined && edits !== undefined ? { e: packEdits(edits) } : {}),
    i: recipe.invariant ?? null,
    n: recipe.steps,
    m: [recipe.marks.stride, Buffer.from(recipe.marks.bytes).toString('base64')],
  }
  const body = deflateRawSync(Buffer.from(JSON.stringify(packed)), { level: 9 })
  const head = Buffer.alloc(4)
  head.writeUInt32BE(crc32(body))
  return PREFIX + Buffer.concat([head, body]).toString('base64url')
}

/** @throws TokenError (`token-damaged`, `token-version`, `token-too-large`) */
export function decodeToken(token: string): Recipe {
  if (typeof token !== 'string') throw new TokenError('token-damaged', 'a token is a string')
  const text = token.trim()
  if (text.length > LENGTH_MAX)
    throw new TokenError('token-too-large', `a token of ${text.length} characters`)
  const version = /^sim(\d+)\./.exec(text)?.[1]
  if (version === undefined) throw new TokenError('token-damaged', "a token begins with 'sim1.'")
  if (version !== '1')
    throw new TokenError('token-version', `a token of version ${version}; only version 1 can be read`)
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url')
  const body = bytes.subarray(4)
  if (bytes.length < 5 || crc32(body) !== bytes.readUInt32BE(0))
    throw new TokenError('token-damaged', 'the checksum of the token does not match')
  try {
    return unpack(JSON.parse(inflateRawSync(body, { maxOutputLength: JSON_MAX }).toString()) as Packed)
  } catch (cause) {
    throw new TokenError('token-damaged', `the token does not decode: ${String(cause)}`)
  }
}

function packChoices({ faults, picks, skips }: Choices): NonNullable<Packed['c']> {
  let before = 0
  return [
    ...packFaults(faults),
    picks.flatMap(([step, place]) => {
      const ahead = step - before
      before = step
      return [ahead, place]
    }),
    skips,
  ]
}

function packFaults(
  faults: readonly (ChosenFault | FaultEdit)[],
): [sites: readonly string[], faults: readonly (readonly number[])[]] {
  const sites = [...new Set(faults.map(({ site }) => site))]
  return [
    sites,
    faults.map(({ site, n, kind, value }) => [
      sites.indexOf(site),
      n,
      kind === 'latency' ? LATENCY : kind === 'none' ? NONE : FAULT_KINDS.indexOf(kind),
      value,
    ]),
  ]
}

function unpackFault(
  sites: readonly string[],
  [site, n, kind, value]: readonly number[],
): ChosenFault & FaultEdit {
  return {
    site: sites[site as number] as string,
    n: n as number,
    kind: kind === LATENCY ? 'latency' : (FAULT_KINDS[kind as number] as FaultKind),
    value: value as number,
  }
}

function packEdits({ faults, forks }: Edits): NonNullable<Packed['e']> {
  return [...packFaults(faults), forks.map(({ step, salt, orderOnly }) => [step, salt, orderOnly ? 1 : 0])]
}

function unpackEdits([sites, faults, forks]: NonNullable<Packed['e']>): Edits {
  return {
    faults: faults.map((fault) => {
      const one = unpackFault(sites, fault)
      return fault[2] === NONE ? { ...one, kind: 'none' } : one
    }),
    forks: forks.map(([step, salt, orderOnly]) => ({
      step: step as number,
      salt: salt as number,
      orderOnly: orderOnly === 1,
    })),
  }
}

function unpack(packed: Packed): Recipe {
  const [strategy, depth, faults, timeLimit, maxSteps, traps, redact] = packed.o
  return {
    source: packed.h,
    options: {
      seed: packed.s,
      ...(strategy === null ? {} : { strategy }),
      ...(depth === null ? {} : { depth }),
      ...(faults === null ? {} : { faults }),
      ...(timeLimit === null ? {} : { timeLimit }),
      ...(maxSteps === null ? {} : { maxSteps }),
      ...(traps === null ? {} : { traps }),
      ...(redact === null || redact === undefined ? {} : { redact }),
      ...(packed.e === undefined ? {} : { edits: unpackEdits(packed.e) }),
    },
    choices: packed.c === undefined ? undefined : unpackChoices(packed.c),
    invariant: packed.i ?? undefined,
    steps: packed.n,
    marks: { stride: packed.m[0], bytes: new Uint8Array(Buffer.from(packed.m[1], 'base64')) },
  }
}

function unpackChoices([sites, faults, picks, skips]: NonNullable<Packed['c']>): Choices {
  const steps: (readonly [number, number])[] = []
  let step = 0
  for (let i = 0; i + 1 < picks.length; i += 2) {
    step += picks[i] as number
    steps.push([step, picks[i + 1] as number])
  }
  return {
    faults: faults.map((fault): ChosenFault => unpackFault(sites, fault)),
    picks: steps,
    skips,
  }
}
