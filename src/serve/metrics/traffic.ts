import { ByName, Counts } from './counts.ts'
import { Exposition } from './exposition.ts'
import { Histogram } from './histogram.ts'

const MEASURED = /^\/(?:pipelines|v1\/(?:embeddings|rerank)|v2)$/u

/** Requests by route and status, and how long they took until their answer began. */
export class Traffic {
  readonly #requests = new Counts(['route', 'status'], 64)
  readonly #seconds = new ByName(() => new Histogram(), 4)
  /** By route, of which there are as many as the service was made with; null for one that is not measured. */
  readonly #times = new Map<string, Histogram | null>()

  count(route: string | undefined, status: number, ms: number): void {
    this.#requests.add([route ?? 'unknown', String(status)])
    if (route === undefined) return
    let times = this.#times.get(route)
    if (times === undefined) {
      times = MEASURED.test(route) ? this.#seconds.of(route) : null
      this.#times.set(route, times)
    }
    times?.observe(ms)
  }

  text(inFlight: number): string {
    const page = new Exposition()
    page.counter('ganglion_http_requests_total', 'Requests by route and status', this.#requests.samples())
    page.gauge('ganglion_http_requests_in_flight', 'Requests without an answer', [[{}, inFlight]])
    page.histogram(
      'ganglion_http_request_seconds',
      'Until the answer began',
      [...this.#seconds].map(([route, times]) => [{ route }, times]),
    )
    return page.toString()
  }
}
