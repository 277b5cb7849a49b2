/** "•⇥Sunday: closed": a sign that begins nothing but an item. Boxes are none: they say what is chosen. */
export const BULLET = /^\s*[•·∙▪▫◦‣⁃●►▶➤➔\uF0B7\uF0A7\uF0D8]\s+(?=\S)/u
/** The same, or a sign that a line may begin with as well that is no item. */
export const SIGN = /^\s*([•·∙▪▫◦‣⁃●►▶➤➔→»–—\-*o\uF0B7\uF0A7\uF0D8])\s+(?=\S)/u
