import { expect, test } from 'vitest'
import { textsOf } from './statements-of.ts'

/** The statements without those that hold several others. */
async function parts(text: string): Promise<string[]> {
  return textsOf('a.txt', text)
}

const PIPES = [
  'Item: Elbow · Size: 10 mm · Copper: 0.95 · Brass: 1.60',
  'Item: Elbow · Size: 15 mm · Copper: 1.35',
  'Item: Tee · Size: 10 mm · Copper: 1.25 · Brass: 1.75',
  'Item: Tee · Size: 15 mm · Copper: 1.80 · Brass: 2.40',
]

test.each([
  [
    'above a rule, with an empty cell',
    'Item      Size    Copper   Brass\n---------------------------------\nElbow     10 mm     0.95    1.60\n          15 mm     1.35\nTee       10 mm     1.25    1.75\n          15 mm     1.80    2.40\n',
    PIPES,
  ],
  [
    'without a rule',
    'Ward      Nurse         Phone\nNorth     A. Okoro      4411\n          B. Lindqvist  4412\nSouth     C. Haddad     4420\n',
    [
      'Ward: North · Nurse: A. Okoro · Phone: 4411',
      'Ward: North · Nurse: B. Lindqvist · Phone: 4412',
      'Ward: South · Nurse: C. Haddad · Phone: 4420',
    ],
  ],
  [
    'of two columns',
    'Region     Town      School      Places\nNorth      Leeds     Elm             40\n                     Oak             30\n           York      Ash             25\nSouth      Bath      Fir             60\n',
    [
      'Region: North · Town: Leeds · School: Elm · Places: 40',
      'Region: North · Town: Leeds · School: Oak · Places: 30',
      'Region: North · Town: York · School: Ash · Places: 25',
      'Region: South · Town: Bath · School: Fir · Places: 60',
    ],
  ],
])('a name that is written once for several rows stands in each: %s [G394]', async (_, text, rows) => {
  expect(await parts(text)).toEqual(rows)
})

test.each([
  [
    'two lines above a rule',
    'Route      Day          First    Every\n                        bus      min\n--------------------------------------\n10         Weekdays     06:10    12\n11         Weekdays     05:50    15\n',
    [
      'Route: 10 · Day: Weekdays · First bus: 06:10 · Every min: 12',
      'Route: 11 · Day: Weekdays · First bus: 05:50 · Every min: 15',
    ],
  ],
  [
    'units below the names',
    'Drink                Small   Large\n                      25cl    50cl\nLager                 3.20    5.40\nStout                 3.60    6.00\n',
    [
      'Drink: Lager · Small 25cl: 3.20 · Large 50cl: 5.40',
      'Drink: Stout · Small 25cl: 3.60 · Large 50cl: 6.00',
    ],
  ],
  [
    'names across several columns',
    '           ---- Copper ----  ---- Brass ----\nItem       Trade    Retail   Trade   Retail\n---------------------------------------------\nElbow       0.95      1.35    1.60     1.95\nTee         1.25      1.65    1.90     2.25\n',
    [
      'Item: Elbow · Copper Trade: 0.95 · Copper Retail: 1.35 · Brass Trade: 1.60 · Brass Retail: 1.95',
      'Item: Tee · Copper Trade: 1.25 · Copper Retail: 1.65 · Brass Trade: 1.90 · Brass Retail: 2.25',
    ],
  ],
])('a head of several lines names each column once: %s [G395]', async (_, text, rows) => {
  expect(await parts(text)).toEqual(rows)
})

test.each([
  [
    'an address of two lines',
    'Name          Address              Phone\nAnn Bell      12 Mill Lane,        555 1234\n              Oldtown\nBo Carr       3 High Street,       555 9876\n              Newtown\n',
    [
      'Name: Ann Bell · Address: 12 Mill Lane, Oldtown · Phone: 555 1234',
      'Name: Bo Carr · Address: 3 High Street, Newtown · Phone: 555 9876',
    ],
  ],
  [
    'a sum below the prices',
    'Item          Qty     Price\nPaint           2     18.00\nBrush           3      4.50\n              Total   22.50\n',
    [
      'Item: Paint · Qty: 2 · Price: 18.00',
      'Item: Brush · Qty: 3 · Price: 4.50',
      'Item: Total · Price: 22.50',
    ],
  ],
  [
    'a bill with sums of longer names',
    'Pos  Description       Qty    Unit     Total\n1    Oak board         4     12.00     48.00\n     2 m, planed\n2    Screws            1      6.50      6.50\n                              --------------\n                       Net             54.50\n                       VAT 20 %        10.90\n',
    [
      'Pos: 1 · Description: Oak board 2 m, planed · Qty: 4 · Unit: 12.00 · Total: 48.00',
      'Pos: 2 · Description: Screws · Qty: 1 · Unit: 6.50 · Total: 6.50',
      'Pos: Net · Total: 54.50',
      'Pos: VAT 20 % · Total: 10.90',
    ],
  ],
  [
    'the end of a letter',
    'Dear Ms Holt,\n\n          Order 4471\n          Delivered on 3 May\n\nThe wheel came bent.\n',
    ['Dear Ms Holt,', 'Order 4471', 'Delivered on 3 May', 'The wheel came bent.'],
  ],
])('what stands below a row goes on, or is no part of it: %s [G394]', async (_, text, rows) => {
  expect(await parts(text)).toEqual(rows)
})

test('a text of many lines and columns is read at once [G394]', async () => {
  const wide = `${'a  '.repeat(90)}\n`
  await parts(`${wide}${'    b  c\n'.repeat(4_000)}`)
  await parts(`aa   bb   cc\n${'     dd   ee\n'.repeat(4_000)}`)
  await parts(`aa   bb   cc\n${'          Ee\n'.repeat(4_000)}`)
}, 20_000)
