import { createRequire } from 'node:module'
import type { MathJsInstance } from 'mathjs'

let instance: MathJsInstance | undefined

/**
 * mathjs, loaded on first use: it costs about 0.4 s to load, which a service without pipelines never pays.
 * A synchronous require keeps `RoutingMatrix.from` synchronous.
 */
export function linearAlgebra(): MathJsInstance {
  instance ??= createRequire(import.meta.url)('mathjs') as MathJsInstance
  return instance
}
