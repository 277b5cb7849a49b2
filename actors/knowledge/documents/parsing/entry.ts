import { parse } from './parse.ts'

/** What Piscina calls in a worker thread. */
export default parse
