import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Choices, ChosenFault, Strategy } from './choices.ts'
import { TokenError } from './errors.ts'
import { FAULT_KINDS, type FaultKind, type FaultOptions } from './faults.ts'
import type { Marks } from './recorder.ts'
import type { SimulateOptions } from './settings.ts'

/** Everything needed to repeat a run. */
export interface Recipe {
  /** Of the scenario's source: distinguishes changed code from a scenario that is not deterministic. */
  readonly source: number
  readonly options: SimulateOptions & { readonly seed: number }
  /** Undefined: the seed's choices. */
  readonly choices: Choices | undefined
  /** Name of the invariant that failed; undefined for a run that passed. */
  readonly invariant: string | undefined
  readonly steps: number
  readonly marks: Marks
}

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
  readonly i: string | null
  readonly n: number
  readonly m: readonly [stride: number, bytes: string]
}

/** `sim1.` and base64url of checksum and deflated JSON. */
export function encodeToken(recipe: Recipe): string {
  const { seed, strategy, depth, faults, timeLimit, maxSteps, traps, redact } = recipe.options
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
  const sites = [...new Set(faults.map(({ site }) => site))]
  let before = 0
  return [
    sites,
    faults.map(({ site, n, kind, value }) => [
      sites.indexOf(site),
      n,
      kind === 'latency' ? -1 : FAULT_KINDS.indexOf(kind),
      value,
    ]),
    picks.flatMap(([step, place]) => {
      const ahead = step - before
      before = step
      return [ahead, place]
    }),
    skips,
  ]
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
    faults: faults.map(
      ([site, n, kind, value]): ChosenFault => ({
        site: sites[site as number] as string,
        n: n as number,
        kind: kind === -1 ? 'latency' : (FAULT_KINDS[kind as number] as FaultKind),
        value: value as number,
      }),
    ),
    picks: steps,
    skips,
  }
}
