/**
 * A long text is read in windows of `room` tokens that overlap by `stride`, so that text at the edge of one window is
 * inside another (as in BERT's `run_squad.py`):
 *
 *     tokens   0 ───────────────────────────────────── count
 *              [ room        ]
 *                     [ stride │          ]
 *                                  [                 ]
 */
export function windowsOf(count: number, room: number, stride: number): [from: number, to: number][] {
  const step = Math.max(1, room - Math.min(stride, room >> 1))
  const windows: [number, number][] = []
  for (let from = 0; ; from += step) {
    windows.push([from, Math.min(count, from + room)])
    if (from + room >= count) return windows
  }
}
