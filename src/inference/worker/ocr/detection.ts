import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { InferenceError } from '../../errors.ts'
import type { Corners, Point } from '../../tasks/ocr.ts'
import { type Normalization, type Pixels, sample } from './pixels.ts'
import { cornersOf, grown, hullOf, smallestRectangle } from './rectangles.ts'

/** Where a line of text is, and how certain the network is. */
export interface TextBox {
  readonly corners: Corners
  readonly score: number
}

export interface DetectionSettings {
  /** The image is scaled down until its longer side is at most this. */
  readonly sideMax: number
  /** Least probability of a pixel that belongs to text. */
  readonly threshold: number
  /** Least mean probability of a box. */
  readonly boxThreshold: number
  /** How far boxes grow. */
  readonly unclip: number
}

const IMAGENET: Normalization = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
/** The network halves its input five times. */
const GRAIN = 32
const SIDE_MIN = 3
const BOXES_MAX = 1000

/** Finds lines of text: an image → a map of probabilities → connected areas → rectangles (PP-OCR's DB detector). */
export async function detect(
  session: InferenceSession,
  image: Pixels,
  settings: DetectionSettings,
): Promise<TextBox[]> {
  const scale = Math.min(1, settings.sideMax / Math.max(image.width, image.height))
  const width = grained(image.width * scale)
  const height = grained(image.height * scale)
  const input = new Float32Array(3 * width * height)
  const whole: Corners = [
    [0, 0],
    [image.width, 0],
    [image.width, image.height],
    [0, image.height],
  ]
  sample(image, whole, width, height, input, 0, width, IMAGENET)
  const name = session.inputNames[0] as string
  const outputs = await session.run({ [name]: new Tensor('float32', input, [1, 3, height, width]) })
  const map = outputs[session.outputNames[0] as string] as Tensor
  if (!(map.data instanceof Float32Array) || map.data.length !== width * height) {
    throw new InferenceError('model-unsupported', `the detector returns [${map.dims.join(', ')}]`, {
      path: '#outputs',
      value: map.dims,
      remedy: 'Use a DB text detector: one probability for each pixel',
    })
  }
  const boxes = boxesOf(map.data, width, height, settings)
  const [right, down] = [image.width / width, image.height / height]
  return boxes.map(({ corners, score }) => ({
    score,
    corners: corners.map(([x, y]) => [x * right, y * down] as const) as unknown as Corners,
  }))
}

function grained(side: number): number {
  return Math.max(GRAIN, Math.round(side / GRAIN) * GRAIN)
}

/** Boxes around the connected areas of a map of probabilities, in its own pixels. */
export function boxesOf(
  map: Float32Array,
  width: number,
  height: number,
  settings: DetectionSettings,
): TextBox[] {
  const seen = new Uint8Array(map.length)
  const stack = new Int32Array(map.length)
  const boxes: TextBox[] = []
  for (let start = 0; start < map.length && boxes.length < BOXES_MAX; start++) {
    if (seen[start] === 1 || (map[start] as number) <= settings.threshold) continue
    const { edge, mean } = areaAt(map, width, height, start, settings.threshold, seen, stack)
    if (mean < settings.boxThreshold) continue
    const rectangle = smallestRectangle(hullOf(edge))
    if (rectangle.breadth < SIDE_MIN) continue
    boxes.push({ corners: cornersOf(grown(rectangle, settings.unclip)), score: mean })
  }
  return boxes
}

/** The pixels connected with `start`: the outer corners of the first and last pixel of each row, and their mean. */
function areaAt(
  map: Float32Array,
  width: number,
  height: number,
  start: number,
  threshold: number,
  seen: Uint8Array,
  stack: Int32Array,
): { edge: Point[]; mean: number } {
  const ends = new Map<number, [first: number, last: number]>()
  let depth = 1
  let sum = 0
  let count = 0
  stack[0] = start
  seen[start] = 1
  while (depth > 0) {
    depth -= 1
    const at = stack[depth] as number
    const x = at % width
    const y = (at - x) / width
    sum += map[at] as number
    count += 1
    const row = ends.get(y)
    if (row === undefined) ends.set(y, [x, x])
    else if (x < row[0]) row[0] = x
    else if (x > row[1]) row[1] = x
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const next = ny * width + nx
        if (seen[next] === 1 || (map[next] as number) <= threshold) continue
        seen[next] = 1
        stack[depth] = next
        depth += 1
      }
    }
  }
  const edge: Point[] = []
  for (const [y, [first, last]] of ends)
    edge.push([first, y], [last + 1, y], [first, y + 1], [last + 1, y + 1])
  return { edge, mean: sum / count }
}
