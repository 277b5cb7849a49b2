/** Builds ONNX files byte by byte: just enough of protobuf for models of a few nodes. */

/** A field of bytes, text or messages. */
export function field(number: number, content: string | Buffer): Buffer {
  const body = Buffer.from(content)
  return Buffer.concat([varint((number << 3) | 2), varint(body.length), body])
}

/** A field of a whole number. */
export function integer(number: number, value: number): Buffer {
  return Buffer.concat([varint(number << 3), varint(value)])
}

/** A model whose graph holds these fields of GraphProto beside `y = x + w`. */
export function model(...graph: Buffer[]): Buffer {
  const shape = (dim: Buffer) => field(1, Buffer.concat([integer(1, 1), field(2, field(1, dim))]))
  const value = (name: string, dim: Buffer) => Buffer.concat([field(1, name), field(2, shape(dim))])
  const node = Buffer.concat([field(1, 'x'), field(1, 'w'), field(2, 'y'), field(4, 'Add')])
  const parts = [
    field(1, node),
    field(2, 'adds'),
    field(11, value('x', field(2, 'rows'))),
    field(12, value('y', field(2, 'rows'))),
  ]
  const opset = field(8, integer(2, 13))
  return Buffer.concat([integer(1, 8), opset, field(7, Buffer.concat([...parts, ...graph]))])
}

/** The initializer `w`, one float: in the model, or in its own file. */
export function weight(bytes: Buffer | { readonly location: string }): Buffer {
  const head = [integer(1, 1), integer(2, 1), field(8, 'w')]
  const data = Buffer.isBuffer(bytes)
    ? [field(9, bytes)]
    : [
        field(13, Buffer.concat([field(1, 'location'), field(2, bytes.location)])),
        field(13, Buffer.concat([field(1, 'length'), field(2, '4')])),
        integer(14, 1),
      ]
  return field(5, Buffer.concat([...head, ...data]))
}

/** `y = x + by` */
export function adder(by: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(by)
  return model(weight(bytes))
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push((rest % 128) | (rest > 127 ? 128 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.from(bytes)
}
