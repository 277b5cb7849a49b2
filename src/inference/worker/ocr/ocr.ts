import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { InferenceSession } from 'onnxruntime-node'
import { InferenceError } from '../../errors.ts'
import type { ModelFolder } from '../../repository/model-repository.ts'
import type { Corners, OcrLine, Point } from '../../tasks/ocr.ts'
import type { TaskOptions, TaskOutput } from '../../wire.ts'
import { filesOfCard, numberAmong } from '../card-fields.ts'
import type { TaskRunner } from '../runner.ts'
import { loadSession } from '../session.ts'
import { detect, type TextBox } from './detection.ts'
import { type Pixels, pixelsOf } from './pixels.ts'
import { recognize, upsideDown } from './recognition.ts'

/** The purpose of each file of a folder, unless the task or the model's card says so. */
const FILES = {
  detection: /det.*\.onnx$/i,
  recognition: /rec.*\.onnx$/i,
  classification: /cls.*\.onnx$/i,
  keys: /(keys|dict).*\.txt$/i,
} as const

type Part = keyof typeof FILES

/** PP-OCR: finds lines of text, turns upside-down ones, and reads them. */
export class OcrModel implements TaskRunner {
  readonly sample = { width: 32, height: 32, data: new Uint8Array(32 * 32 * 3).fill(255) }
  readonly #detector: InferenceSession
  readonly #recognizer: InferenceSession
  readonly #classifier: InferenceSession | undefined
  readonly #characters: readonly string[]

  private constructor(
    detector: InferenceSession,
    recognizer: InferenceSession,
    classifier: InferenceSession | undefined,
    characters: readonly string[],
  ) {
    this.#detector = detector
    this.#recognizer = recognizer
    this.#classifier = classifier
    this.#characters = characters
  }

  /** @throws InferenceError (`model-damaged`, `model-unsupported`) */
  static async load(model: ModelFolder, options: TaskOptions): Promise<OcrModel> {
    const names = await readdir(model.folder)
    const given: Partial<Record<Part, string>> = { ...filesOfCard(model.card), ...(options.files ?? {}) }
    const find = (part: Part): string | undefined => {
      const name = given[part] ?? names.find((one) => FILES[part].test(one))
      return name === undefined || !names.includes(name) ? undefined : join(model.folder, name)
    }
    const need = (part: Part): string => {
      const file = find(part)
      if (file !== undefined) return file
      throw new InferenceError('model-damaged', `${model.folder} has no file for OCR's ${part}`, {
        path: join(model.folder, given[part] ?? part),
        value: names,
        remedy: `Put it there (a name as ${String(FILES[part])}), or name it in the task's files`,
      })
    }
    const keys = await readFile(need('keys'), 'utf8')
    const [detector, recognizer] = [
      await picturesIn(need('detection')),
      await picturesIn(need('recognition')),
    ]
    const turner = find('classification')
    const classifier = turner === undefined ? undefined : await picturesIn(turner)
    // Class 0 is CTC's blank; the space comes after the keys of the file.
    const characters = ['', ...keys.replace(/\r?\n$/, '').split(/\r?\n/), ' ']
    return new OcrModel(detector, recognizer, classifier, characters)
  }

  async run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput> {
    const images = rows.map(pixelsOf)
    const values: OcrLine[][] = []
    for (const image of images) values.push(await this.#read(image, options))
    return { values }
  }

  async dispose(): Promise<void> {
    await Promise.all(
      [this.#detector, this.#recognizer, this.#classifier].map((session) => session?.release()),
    )
  }

  async #read(image: Pixels, options: TaskOptions): Promise<OcrLine[]> {
    const found = await detect(this.#detector, image, {
      sideMax: numberAmong(options, 'sideMax', 960),
      threshold: numberAmong(options, 'threshold', 0.3),
      boxThreshold: numberAmong(options, 'boxThreshold', 0.6),
      unclip: numberAmong(options, 'unclip', 1.5),
    })
    const cuttings = inReadingOrder(found).map(({ corners }) => ({ image, corners }))
    const turned = this.#classifier === undefined ? [] : await upsideDown(this.#classifier, cuttings, 0.9)
    const upright = cuttings.map((cutting, i) =>
      turned[i] ? { image, corners: half(cutting.corners) } : cutting,
    )
    const lines = await recognize(this.#recognizer, upright, this.#characters)
    const scoreMin = numberAmong(options, 'scoreMin', 0.5)
    return lines
      .map(({ text, score }, i) => ({ text, score, box: (upright[i] as { corners: Corners }).corners }))
      .filter(({ text, score }) => text !== '' && score >= scoreMin)
  }
}

/** @throws InferenceError (`model-unsupported`) for a model with inputs other than one batch of pictures. */
async function picturesIn(file: string): Promise<InferenceSession> {
  const session = await loadSession(file)
  const [input] = session.inputMetadata
  const fits = session.inputMetadata.length === 1 && input?.isTensor === true
  if (fits && input.type === 'float32' && input.shape.length === 4 && input.shape[1] === 3) return session
  const value = session.inputNames
  await session.release()
  throw new InferenceError(
    'model-unsupported',
    `${file} takes ${value.join(', ')}, so it is not a model of pictures`,
    {
      path: `${file}#inputs`,
      value,
      remedy: 'Use the models of PP-OCRv4: one input, float32 [rows, 3, height, width]',
    },
  )
}

/** An upside-down line begins at the opposite corner. */
function half([a, b, c, d]: Corners): Corners {
  return [c, d, a, b]
}

/** From top to bottom, and from left to right for lines side by side. */
function inReadingOrder(boxes: readonly TextBox[]): TextBox[] {
  const placed = boxes.map((box) => ({ box, middle: centre(box.corners), height: heightOf(box.corners) }))
  placed.sort((a, b) => a.middle[1] - b.middle[1])
  const rows: (typeof placed)[] = []
  for (const one of placed) {
    const row = rows.at(-1)
    const first = row?.[0]
    if (row !== undefined && first !== undefined && one.middle[1] - first.middle[1] < first.height / 2)
      row.push(one)
    else rows.push([one])
  }
  return rows.flatMap((row) => row.sort((a, b) => a.middle[0] - b.middle[0]).map(({ box }) => box))
}

function centre([a, , c]: Corners): Point {
  return [(a[0] + c[0]) / 2, (a[1] + c[1]) / 2]
}

function heightOf([a, , , d]: Corners): number {
  return Math.hypot(d[0] - a[0], d[1] - a[1])
}
