import { deflateRawSync } from 'node:zlib'
import type { DenseWeights } from '../reading/softmax.ts'
import type { Weights } from '../reading/weights.ts'

/** The text of a weights file. */
export function weightsText(weights: Weights, card: Readonly<Record<string, string | number>>): string {
  const { encoder, phrases, lexicon, contrast, vote } = weights
  const file = {
    version: 1,
    card,
    ...(encoder === undefined ? {} : { encoder: { model: encoder.model, head: denseText(encoder.head) } }),
    phrases: {
      scale: phrases.scale,
      bias: base64(phrases.bias),
      weights: base64(phrases.weights),
    },
    lexicon: { words: Object.fromEntries(lexicon.words), head: denseText(lexicon.head) },
    contrast: { head: denseText(contrast.head) },
    vote,
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

function denseText({ width, weights }: DenseWeights) {
  return { width, weights: base64(weights) }
}

function base64({ buffer, byteOffset, byteLength }: Float32Array | Int8Array): string {
  return deflateRawSync(new Uint8Array(buffer, byteOffset, byteLength)).toString('base64')
}
