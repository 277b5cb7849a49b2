import { expect, test } from 'vitest'
import { readTensors } from '../../src/serve/models/tensor-wire.ts'

const read = (tensor: object, binary = new Uint8Array()) =>
  readTensors([{ name: 'x', ...tensor }], binary)[0]?.data
const sized = (datatype: string, shape: number[], bytes: number) => ({
  datatype,
  shape,
  parameters: { binary_data_size: bytes },
})

test('[G89] nested lists follow the shape row by row, and may end in flat ones', () => {
  const shape = [2, 3, 1]
  const all = Float32Array.of(1, 2, 3, 4, 5, 6)
  for (const data of [
    [1, 2, 3, 4, 5, 6],
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    [
      [[1], [2], [3]],
      [[4], [5], [6]],
    ],
  ])
    expect(read({ datatype: 'FP32', shape, data })).toEqual(all)
  expect(read({ datatype: 'FP32', shape: [], data: [5] })).toEqual(Float32Array.of(5))
  expect(read({ datatype: 'BYTES', shape: [2, 1], data: [['a'], ['b']] })).toEqual(['a', 'b'])
  for (const [data, path] of [
    // As many as the shape has, and in other rows.
    [
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      'inputs[0].data',
    ],
    [
      [
        [1, 2, 3, 4],
        [5, 6],
      ],
      'inputs[0].data[0]',
    ],
    [[[1, 2, 3], 4, 5, 6], 'inputs[0].data'],
    [[1, 2, 3, [4, 5, 6]], 'inputs[0].data'],
    [[[1, 2, 3], 4], 'inputs[0].data[1]'],
    [
      [
        [[[1]], [[2]], [[3]]],
        [[[4]], [[5]], [[6]]],
      ],
      'inputs[0].data[0]',
    ],
  ] as const)
    expect(() => read({ datatype: 'FP32', shape, data })).toThrow(expect.objectContaining({ path }))
})

test('[G89] numbers that their type does not hold, and sizes that the bytes do not have, are refused by place', () => {
  const element = expect.objectContaining({ code: 'invalid-argument', path: 'inputs[0].data[0]' })
  for (const [datatype, value] of [
    ['FP32', 1e39],
    ['FP32', -Infinity],
    ['FP64', JSON.parse('1e999')],
    ['INT32', 1.5],
    ['INT64', 2 ** 53],
    ['INT64', '9223372036854775808'],
    ['UINT64', -1],
    ['UINT8', -1],
    ['BOOL', 'true'],
  ] as const)
    expect(() => read({ datatype, shape: [1], data: [value] })).toThrow(element)
  expect(read({ datatype: 'INT64', shape: [2], data: ['-9223372036854775808', -0] })).toEqual(
    BigInt64Array.of(-(2n ** 63n), 0n),
  )
  for (const shape of [[2 ** 30, 2 ** 30], [-1], [1.5], ['1'], '1', Array(17).fill(1)])
    expect(() => read({ datatype: 'FP32', shape, data: [1] })).toThrow(
      expect.objectContaining({ path: 'inputs[0].shape' }),
    )
  expect(read({ datatype: 'FP32', shape: [0, 2 ** 40], data: [] })).toEqual(new Float32Array())
  for (const [tensor, bytes] of [
    [sized('FP32', [1], 0), new Uint8Array(4)],
    [sized('FP32', [1], 4), new Uint8Array(8)],
    [sized('BYTES', [1], 5), Uint8Array.of(4, 0, 0, 0, 97, 97, 97, 97)],
    [sized('BYTES', [3], 8), new Uint8Array(8)],
    [sized('BYTES', [1], 8), new Uint8Array(8)],
    [{ datatype: 'FP32', shape: [1], parameters: { binary_data_size: '4' } }, new Uint8Array(4)],
  ] as const)
    expect(() => read(tensor, bytes)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  expect(read(sized('BYTES', [2], 8), new Uint8Array(8))).toEqual(['', ''])
})
