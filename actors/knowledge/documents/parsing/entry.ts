import { parse } from './parse.ts'

/** The function that Piscina calls in a worker thread. */
export default parse
