import type { Corners } from '../../tasks/ocr.ts'
import { badRow, nameOf, recordOfRow } from '../row-error.ts'

/** An image of a row: three bytes a pixel (red, green, blue), or four with opacity, row after row. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly data: Uint8Array
}

/** A longer side is not a page: it would take gigabytes to process. */
const SIDE_MAX = 16_384

/** @throws InferenceError (`bad-input`) for an image without pixels, or whose data does not match its size. */
export function pixelsOf(row: unknown, index: number): Pixels {
  const { width, height, data } = recordOfRow(row, index, '{ width, height, data }')
  for (const [name, side] of [
    ['width', width],
    ['height', height],
  ] as const) {
    if (Number.isSafeInteger(side) && (side as number) >= 1 && (side as number) <= SIDE_MAX) continue
    const what = `the ${name} of the image is ${String(side)}`
    throw badRow(index, `.${name}`, what, side, `Pass a whole number from 1 to ${SIDE_MAX}`)
  }
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    const what = `the pixels are ${nameOf(data)}`
    throw badRow(index, '.data', what, nameOf(data), 'Pass a Uint8Array of RGB or RGBA')
  }
  const count = (width as number) * (height as number)
  const channels = data.length / count
  if (channels !== 3 && channels !== 4) {
    const what = `there are ${data.length} bytes for ${String(width)} × ${String(height)} pixels`
    const remedy = `Pass ${count * 3} bytes of RGB or ${count * 4} of RGBA`
    throw badRow(index, '.data', what, data.length, remedy)
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { width: width as number, height: height as number, channels, data: bytes }
}

/** How to convert bytes to the network's scale: (value / 255 − mean) / deviation, by colour. */
export interface Normalization {
  readonly mean: readonly [number, number, number]
  readonly deviation: readonly [number, number, number]
}

/**
 * Writes the area between four corners, drawn to `width` × `height`, into `into` as planes of blue, green and red (OpenCV's
 * order, used in training). `planeWidth` may be larger; the rest is left unchanged.
 * Bilinear. Pixels outside the image repeat its edge; transparent pixels show white.
 */
export function sample(
  image: Pixels,
  [topLeft, topRight, , bottomLeft]: Corners,
  width: number,
  height: number,
  into: Float32Array,
  at: number,
  planeWidth: number,
  { mean, deviation }: Normalization,
): void {
  const plane = planeWidth * height
  const right = [(topRight[0] - topLeft[0]) / width, (topRight[1] - topLeft[1]) / width] as const
  const down = [(bottomLeft[0] - topLeft[0]) / height, (bottomLeft[1] - topLeft[1]) / height] as const
  const color = new Float32Array(3)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = topLeft[0] + right[0] * (column + 0.5) + down[0] * (row + 0.5) - 0.5
      const y = topLeft[1] + right[1] * (column + 0.5) + down[1] * (row + 0.5) - 0.5
      blend(image, x, y, color)
      const place = at + row * planeWidth + column
      for (let c = 0; c < 3; c++) {
        const value = (color[2 - c] as number) / 255
        into[place + c * plane] = (value - (mean[c] as number)) / (deviation[c] as number)
      }
    }
  }
}

/** The colour between the four pixels around a point. */
function blend(image: Pixels, x: number, y: number, color: Float32Array): void {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const far = x - left
  const low = y - top
  color.fill(0)
  add(image, left, top, (1 - far) * (1 - low), color)
  add(image, left + 1, top, far * (1 - low), color)
  add(image, left, top + 1, (1 - far) * low, color)
  add(image, left + 1, top + 1, far * low, color)
}

function add(image: Pixels, x: number, y: number, weight: number, color: Float32Array): void {
  const { width, height, channels, data } = image
  const column = Math.min(width - 1, Math.max(0, x))
  const row = Math.min(height - 1, Math.max(0, y))
  const at = (row * width + column) * channels
  const opacity = channels === 4 ? (data[at + 3] as number) / 255 : 1
  const white = 255 * (1 - opacity)
  for (let c = 0; c < 3; c++) {
    color[c] = (color[c] as number) + weight * ((data[at + c] as number) * opacity + white)
  }
}
