import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import { OpinionMonitorError } from '../errors.ts'
import type { Lexicon } from './lexicon.ts'
import type { DenseWeights, SparseWeights } from './softmax.ts'

/** Everything that the scorers learned, and how much each counts in the vote. */
export interface Weights {
  /** Absent: trained without an encoder. */
  readonly encoder?: { readonly model: string; readonly head: DenseWeights }
  readonly phrases: SparseWeights
  readonly lexicon: { readonly words: Lexicon; readonly head: DenseWeights }
  readonly contrast: { readonly head: DenseWeights }
  /** By the scorer's name; they sum to 1. */
  readonly vote: Readonly<Record<string, number>>
}

/** What the weights were trained on, and the figures that came out. */
const Card = z.record(z.string(), z.union([z.string(), z.number()]))
export type WeightsCard = z.infer<typeof Card>

const Dense = z.object({ width: z.number().int().positive(), weights: z.base64() })
const File = z.object({
  version: z.literal(1),
  card: Card,
  encoder: z.object({ model: z.string(), head: Dense }).optional(),
  phrases: z.object({ scale: z.number(), bias: z.base64(), weights: z.base64() }),
  lexicon: z.object({ words: z.record(z.string(), z.number()), head: Dense }),
  contrast: z.object({ head: Dense }),
  vote: z.record(z.string(), z.number().nonnegative()),
})

/** The weights that come with the team. */
export const OWN_WEIGHTS = new URL('../weights/weights.json', import.meta.url)

/** @throws OpinionMonitorError (`weights-unreadable`) for a file that is absent or is not such weights. */
export function readWeights(file: string | URL = OWN_WEIGHTS): Weights & { readonly card: WeightsCard } {
  try {
    const { card, encoder, phrases, lexicon, contrast, vote } = File.parse(
      JSON.parse(readFileSync(file, 'utf8')),
    )
    return {
      card,
      ...(encoder === undefined ? {} : { encoder: { model: encoder.model, head: dense(encoder.head) } }),
      phrases: {
        scale: phrases.scale,
        bias: floats(phrases.bias),
        weights: new Int8Array(bytes(phrases.weights)),
      },
      lexicon: { words: new Map(Object.entries(lexicon.words)), head: dense(lexicon.head) },
      contrast: { head: dense(contrast.head) },
      vote,
    }
  } catch (cause) {
    throw new OpinionMonitorError('weights-unreadable', `${String(file)} holds no weights of this team`, {
      path: 'weights',
      value: String(file),
      remedy: 'Name a file that `ganglion run opinion-monitor --train` wrote',
      cause,
    })
  }
}

function dense({ width, weights }: z.infer<typeof Dense>): DenseWeights {
  return { width, weights: floats(weights) }
}

function floats(text: string): Float32Array {
  return new Float32Array(bytes(text))
}

/** A copy: typed arrays need their bytes at a place that their size divides. */
function bytes(text: string): ArrayBuffer {
  return new Uint8Array(inflateRawSync(Buffer.from(text, 'base64'))).buffer
}
