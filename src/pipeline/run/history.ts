import type { PipelineRun } from './run.ts'

/** The last settled runs, for `explain`: one array write per run, which overwrites the oldest. */
export class History {
  readonly #runs: (PipelineRun | undefined)[]
  #next = 0

  constructor(size: number) {
    this.#runs = new Array<PipelineRun | undefined>(size).fill(undefined)
  }

  add(run: PipelineRun): void {
    if (this.#runs.length === 0) return
    this.#runs[this.#next] = run
    this.#next = (this.#next + 1) % this.#runs.length
  }

  find(id: number): PipelineRun | undefined {
    return this.#runs.find((run) => run?.id === id)
  }
}
