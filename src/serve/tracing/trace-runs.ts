import { demand } from '../../kernel/demand.ts'
import type { Hop, InferenceHop } from '../../message/header.ts'
import type { RuntimeEvent } from '../../ports/events.ts'
import type { ActorSystem } from '../../system/actor-system.ts'
import { BatchLinks } from './batch-links.ts'
import { type OpenTelemetryApi, placeOf, SPAN_KIND, type SpanLike, STATUS_ERROR } from './open-telemetry.ts'

type RunEnded = Extract<RuntimeEvent, { type: 'run-ended' }>

/** Runs whose spans are open at most: beyond it a run has no span. */
const OPEN_MAX = 100_000
/** Runs that have ended, whose spans can still be the parents of those of late steps. */
const ENDED_MAX = 1024

/**
 * Spans of every run of a system's pipelines, by the API of OpenTelemetry:
 *
 *   caller's span, or the run's `trace`
 *   └ send PIPELINE (producer)        from ask to answer
 *     └ process STAGE (consumer)      from the first attempt to the end; retries are events
 *       └ infer MODEL (internal)      one call of a model: rows, batch, worker, cache; linked to the calls in its batch
 *
 * The stages' spans are made when the run has ended, from its hops: a message costs nothing more. A step that was given up with its
 * run has one too. Returns the function that ends it.
 */
export function traceRuns<C>(
  system: Pick<ActorSystem, 'events' | 'kernel'>,
  api: OpenTelemetryApi<C>,
): () => void {
  demand(
    system,
    'system',
    'a system of createSystem',
    (given) => typeof given.kernel.clock.now === 'function',
  )
  demand(api, 'api', 'the API of OpenTelemetry', (given) => typeof given.trace.getTracer === 'function')
  const tracer = new RunTracer(system, api)
  return system.events.subscribe((event) => {
    if (event.type === 'run-started') tracer.started(event)
    else if (event.type === 'run-ended') tracer.ended(event)
    else if (event.type === 'step-ended') tracer.stepEnded(event)
  })
}

class RunTracer<C> {
  readonly #api: OpenTelemetryApi<C>
  readonly #open = new Map<number, { readonly span: SpanLike; readonly context: C }>()
  /** Oldest first. */
  readonly #ended = new Map<number, C>()
  readonly #batches = new BatchLinks()
  /** Wall time at 0 of the monotonic clock. */
  readonly #origin: number
  readonly #withGenAi = (process.env.OTEL_SEMCONV_STABILITY_OPT_IN ?? '').includes('gen_ai')

  constructor({ kernel: { clock } }: Pick<ActorSystem, 'kernel'>, api: OpenTelemetryApi<C>) {
    this.#api = api
    this.#origin = clock.now() - clock.monotonic()
  }

  started({ at, pipeline, run, trace }: Extract<RuntimeEvent, { type: 'run-started' }>): void {
    if (this.#open.size >= OPEN_MAX) return
    const { context, trace: spans } = this.#api
    const active = context.active()
    const place = trace === undefined ? undefined : placeOf(trace)
    // The event is emitted within the caller's ask, so the active span is the caller's.
    const isOwn = place !== undefined && spans.getSpan(active)?.spanContext().spanId === place.spanId
    const parent = place === undefined || isOwn ? active : spans.setSpanContext(active, place)
    const span = this.#tracer.startSpan(
      `send ${pipeline}`,
      {
        kind: SPAN_KIND.producer,
        startTime: this.#origin + at,
        attributes: {
          'messaging.system': 'ganglion',
          'messaging.operation.name': 'send',
          'messaging.operation.type': 'send',
          'messaging.destination.name': pipeline,
          'messaging.message.conversation_id': String(run),
          'ganglion.pipeline': pipeline,
          'ganglion.run': run,
        },
      },
      parent,
    )
    this.#open.set(run, { span, context: spans.setSpan(parent, span) })
  }

  ended(event: RunEnded): void {
    const open = this.#open.get(event.run)
    if (open === undefined) return
    this.#open.delete(event.run)
    for (const hop of event.hops) this.#hop(event, hop, open.context)
    open.span.setAttribute('ganglion.outcome', event.outcome)
    this.#fail(open.span, event.outcome === 'answered' ? undefined : event.errors[0])
    open.span.end(this.#origin + event.at)
    this.#ended.set(event.run, open.context)
    if (this.#ended.size <= ENDED_MAX) return
    for (const oldest of this.#ended.keys()) {
      this.#ended.delete(oldest)
      return
    }
  }

  /** A shadow, or what was on its way. */
  stepEnded(event: Extract<RuntimeEvent, { type: 'step-ended' }>): void {
    const context = this.#ended.get(event.run)
    if (context !== undefined) this.#hop(event, event.hop, context)
  }

  #hop(event: Pick<RunEnded, 'run' | 'pipeline'>, hop: Hop, parent: C): void {
    const startTime = this.#origin + hop.startedAt
    const span = this.#tracer.startSpan(
      `process ${hop.processor}`,
      {
        kind: SPAN_KIND.consumer,
        startTime,
        attributes: {
          'messaging.system': 'ganglion',
          'messaging.operation.name': 'process',
          'messaging.operation.type': 'process',
          'messaging.destination.name': hop.processor,
          'messaging.message.conversation_id': String(event.run),
          'ganglion.pipeline': event.pipeline,
          'ganglion.run': event.run,
          'ganglion.attempts': hop.attempt,
          'ganglion.weight': hop.weight,
          'ganglion.outcome': hop.outcome,
          'ganglion.queue_ms': hop.queueMs,
          'ganglion.cpu_ms': hop.cpuMs,
        },
      },
      parent,
    )
    const context = this.#api.trace.setSpan(parent, span)
    for (let attempt = 2; attempt <= hop.attempt; attempt++) {
      const error = hop.errors?.[0]
      span.addEvent('retry', {
        'ganglion.attempt': attempt,
        ...(error === undefined ? {} : { 'exception.type': error.name, 'exception.message': error.message }),
      })
    }
    let at = startTime
    for (const inference of hop.inference ?? []) at = this.#infer(inference, at, context)
    this.#fail(span, hop.outcome === 'dead-lettered' ? hop.errors?.[0] : undefined)
    span.end(startTime + hop.runMs)
  }

  /** Calls of one step follow each other in its record, which does not hold when each began. Returns when this one ended. */
  #infer(inference: InferenceHop, startTime: number, parent: C): number {
    const { model, version, rows, batchSize, batch, queueMs, computeMs, fill, worker, cache } = inference
    const span = this.#tracer.startSpan(
      `infer ${model}`,
      {
        kind: SPAN_KIND.internal,
        startTime,
        links: this.#batches.of(batch),
        attributes: {
          'ganglion.model': model,
          'ganglion.model.version': version,
          'ganglion.rows': rows,
          'ganglion.batch.rows': batchSize,
          ...(batch === undefined ? {} : { 'ganglion.batch': batch }),
          'ganglion.batch.fill': fill,
          'ganglion.worker': worker,
          'ganglion.cache': cache,
          'ganglion.queue_ms': queueMs,
          'ganglion.compute_ms': computeMs,
          ...(this.#withGenAi
            ? {
                // Models do many things; none of the names that are defined would be true of all.
                'gen_ai.operation.name': 'infer',
                'gen_ai.request.model': model,
                'gen_ai.provider.name': 'ganglion',
              }
            : {}),
        },
      },
      parent,
    )
    this.#batches.add(batch, span.spanContext())
    const end = startTime + queueMs + computeMs
    span.end(end)
    return end
  }

  get #tracer() {
    return this.#api.trace.getTracer('ganglion')
  }

  #fail(span: SpanLike, error: { readonly code: string; readonly message: string } | undefined): void {
    if (error === undefined) return
    span.setAttribute('error.type', error.code)
    span.setStatus({ code: STATUS_ERROR, message: error.message })
  }
}
