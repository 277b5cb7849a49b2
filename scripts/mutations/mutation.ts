/** A change that breaks one promise of the runtime. */
export interface Mutation {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** The scenario that finds it; one of the daily scenarios catches every mutation. */
  readonly scenario:
    | 'attempts'
    | 'bounds'
    | 'cold-start'
    | 'breakers'
    | 'compactions'
    | 'contained'
    | 'contexts'
    | 'copies'
    | 'damaged-disk'
    | 'deaths'
    | 'doors'
    | 'durable.'
    | 'durable-room'
    | 'ended'
    | 'entities'
    | 'entity-bytes'
    | 'events'
    | 'families'
    | 'fan-in'
    | 'fences'
    | 'flushes'
    | 'jobs'
    | 'mailboxes'
    | 'outbox'
    | 'overload'
    | 'pipelines'
    | 'promises'
    | 'reshape'
    | 'retry-storm'
    | 'rooms'
    | 'routers'
    | 'segments'
    | 'shelf'
    | 'steady'
    | 'supervision'
    | 'timers'
    | 'unread'
}
