/** Nobody wraps prose narrower than this: if all lines are shorter, they were meant as lines. */
export const WRAP_CHARS_LEAST = 40
