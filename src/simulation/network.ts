import type { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import type { Envelope } from '../mailbox/envelope.ts'
import type { Parcel } from '../ports/host.ts'
import type { Network, Receiver } from '../system/dispatch/instruments.ts'
import { type Aims, isCalled } from './aims.ts'
import { CarriedReply } from './carried-reply.ts'
import type { Chooser } from './chooser.ts'
import { SimulatedFaultError } from './errors.ts'
import type { FaultPlan } from './fault-plan.ts'
import { named } from './fault-words.ts'
import { type Carried, CUT, type Cut, type Fate, type Link } from './links.ts'
import { damage, Load } from './loads.ts'
import type { Monitor } from './monitor.ts'
import { OUTSIDE, shortName } from './names.ts'
import { OpenAsks } from './open-asks.ts'
import type { Recorder } from './recorder.ts'
import type { Fault } from './site.ts'
import type { Watcher } from './step-watcher.ts'

/** The sender of what comes from outside. */
const NOBODY = { path: OUTSIDE }

/** The network between actors, in which messages take time, get lost, repeat, overtake each other, and change. */
export class SimulatedNetwork implements Network {
  readonly #kernel: SimulatedKernel
  readonly #chooser: Chooser
  readonly #plan: FaultPlan
  readonly #monitor: Monitor
  readonly #recorder: Recorder
  readonly #links = new Map<unknown, Map<object, Link>>()
  readonly #aims: Aims
  /** Sees what steps touch, in a search over all orders. */
  readonly watcher: Watcher | undefined
  /** Who waits for whom. */
  readonly asks = new OpenAsks()
  #remote: readonly (readonly [name: string, struck: () => void])[] = []
  #cuts: Cut[] = []

  constructor(
    kernel: SimulatedKernel,
    chooser: Chooser,
    plan: FaultPlan,
    monitor: Monitor,
    recorder: Recorder,
    aims: Aims,
    watcher: Watcher | undefined,
  ) {
    this.#kernel = kernel
    this.watcher = watcher
    this.#aims = aims
    this.#chooser = chooser
    this.#plan = plan
    this.#monitor = monitor
    this.#recorder = recorder
  }

  /** Only edges from or to named actors are remote. Default: every edge. */
  remote(name: string): void {
    this.#remote = [...this.#remote, [name, this.#aims.aim(`remote '${name}'`, [name])]]
  }

  cut(from: string, to: string, struck: () => void): void {
    this.#cuts.push({ from, to, struck })
  }

  /** Heals the network, including links cut by a fault. */
  heal(): void {
    this.#cuts = []
    for (const links of this.#links.values()) for (const link of links.values()) link.cutUntil = 0
  }

  carry(receiver: Receiver<Envelope>, envelope: Envelope): boolean {
    const link = this.#link((envelope.sender as { path: string } | undefined) ?? NOBODY, receiver)
    this.#recorder.messages += 1
    this.#monitor.offered(envelope)
    this.#recorder.sent(link.from, link.to, envelope.type, envelope.body)
    const remote = this.#isRemote(link)
    this.#wrapReply(link, receiver, envelope, remote)
    if (!remote) return false
    const fate = this.#fate(link, envelope.type)
    return fate !== undefined && this.#take(link, fate, envelope, new Load(receiver, envelope, link))
  }

  #wrapReply(link: Link, receiver: object, envelope: Envelope, remote: boolean): void {
    const { replyTo } = envelope
    const askers = this.watcher?.sends(receiver, envelope)
    if (replyTo === undefined) return
    this.asks.add({ from: link.from, to: link.to, type: envelope.type, reply: replyTo })
    if (replyTo instanceof CarriedReply || !(remote || this.#recorder.records || askers !== undefined)) return
    const answered = askers && this.watcher?.asks(replyTo, askers)
    envelope.replyTo = new CarriedReply(replyTo, (value, settle) => {
      answered?.()
      this.#recorder.replied(link.to, link.from, envelope.type, value)
      return remote && this.#carryReply(link, envelope.type, value, settle)
    })
  }

  carryParcel(receiver: Receiver<Parcel>, parcel: Parcel): boolean {
    this.watcher?.everything()
    const link = this.#link(parcel.source, receiver, parcel.source.path)
    this.#recorder.messages += 1
    this.#monitor.offered(parcel)
    this.#recorder.sent(link.from, link.to, parcel.type, parcel.body)
    // Supervision's signals to a join (a part is lost, time is up) are not messages of that processor.
    if (parcel.body === undefined) this.#monitor.exempt(parcel)
    if (!this.#isRemote(link) || parcel.body === undefined) return false
    const fate = this.#fate(link, parcel.type)
    return fate !== undefined && this.#take(link, fate, parcel, new Load(receiver, parcel, link))
  }

  maybe(path: string, point: string): void {
    const name = shortName(path)
    if (!this.strikes(point, name)) return
    throw new SimulatedFaultError(point, name)
  }

  /** Whether a fault strikes at this named point. */
  strikes(point: string, name = ''): boolean {
    const fault = this.#chooser.fault(this.#chooser.site('maybe', [point]))
    if (fault === undefined) return false
    this.#recorder.struck(fault.kind satisfies 'maybe', name, name, `maybe at '${point}'`)
    return true
  }

  /** The fate of a message on this link; undefined: it continues at once, as without a simulation. */
  #fate(link: Link, type: string): Fate | undefined {
    const { now } = this.#kernel
    if ((this.#cuts.length > 0 && this.#isCut(link.from, link.to)) || now < link.cutUntil) {
      this.#chooser.pass(link.site)
      this.#recorder.add('fault', link.from, link.to, `partition loses ${type}`)
      return CUT
    }
    const fault = this.#chooser.fault(link.site)
    const latency =
      this.#plan.latency === undefined ? 0 : this.#chooser.latency(link.latency, this.#plan.latency)
    if (fault === undefined) {
      if (latency === 0 && link.underWay === 0) return undefined
      return { fault, latency }
    }
    this.#recorder.struck(fault.kind, link.from, link.to, `${named(fault)} on ${type}`)
    return { fault, latency }
  }

  #take(link: Link, fate: Fate, item: object, load: Carried): boolean {
    const { fault, latency } = fate
    if (fate === CUT) this.#lose(link, 'partition', load)
    else if (fault === undefined)
      this.#later(link, Math.max(this.#kernel.now + latency, link.lastDue), () => load.arrive())
    else return this.#strike(link, fault, latency, item, load)
    return true
  }

  #strike(link: Link, fault: Fault<'send'>, latency: number, item: object, load: Carried): boolean {
    const due = Math.max(this.#kernel.now + latency, link.lastDue)
    switch (fault.kind) {
      case 'delay':
        this.#later(link, Math.max(due, this.#kernel.now + fault.value), () => load.arrive())
        return true
      case 'reorder':
        // It leaves the link, so later messages may arrive first.
        this.#monitor.exempt(item)
        this.#kernel.timers.after(latency + fault.value, () => load.arrive(), undefined)
        return true
      case 'duplicate':
      case 'burst': {
        const copies = fault.kind === 'burst' ? fault.value - 1 : 1
        this.#later(link, due, () => {
          load.arrive()
          for (let i = 0; i < copies; i++) load.again()
        })
        return true
      }
      case 'corrupt':
      case 'truncate':
        this.#later(link, due, () => load.lose(damage(load, fault.kind === 'corrupt')))
        return true
      case 'mailboxFull':
        throw load.full()
      case 'partition':
        link.cutUntil = this.#kernel.now + fault.value
        this.#lose(link, fault.kind, load)
        return true
      case 'drop':
        this.#lose(link, fault.kind, load)
        return true
      default:
        return fault.kind satisfies never
    }
  }

  /** False when the reply continues at once. */
  #carryReply(link: Link, type: string, value: unknown, settle: () => void): boolean {
    if (this.#isCut(link.to, link.from)) {
      this.#recorder.add('fault', link.to, link.from, `partition loses the reply to ${type}`)
      return true
    }
    const fault = this.#chooser.fault(link.replies)
    const range = this.#plan.latency
    const latency = range === undefined ? 0 : this.#chooser.latency(link.replyLatency, range)
    if (fault !== undefined)
      this.#recorder.struck(fault.kind, link.to, link.from, `${named(fault)} of the reply to ${type}`)
    let delay = latency
    if (fault !== undefined) {
      switch (fault.kind) {
        case 'ackLost':
          return true
        case 'lateAck':
          delay += fault.value
          break
        default:
          return fault.kind satisfies never
      }
    }
    if (delay === 0) return false
    const arrive = (): void => {
      this.#recorder.replied(link.to, link.from, `${type}, which arrives now`, value)
      settle()
    }
    this.#kernel.timers.after(delay, arrive, undefined)
    return true
  }

  #later(link: Link, due: number, then: () => void): void {
    link.underWay += 1
    link.lastDue = due
    this.#kernel.timers.after(
      due - this.#kernel.now,
      () => {
        link.underWay -= 1
        then()
      },
      undefined,
    )
  }

  #lose(link: Link, kind: 'drop' | 'partition', load: Carried): void {
    this.#kernel.turns.later(() => load.lose(new SimulatedFaultError(kind, link.site.name)))
  }

  /** By the sender or, where it is another object each time, by its path. A path is put together on each use. */
  #link(
    sender: { readonly path: string },
    recipient: { readonly path: string },
    key: unknown = sender,
  ): Link {
    let links = this.#links.get(key)
    if (links === undefined) {
      links = new Map()
      this.#links.set(key, links)
    }
    let link = links.get(recipient)
    if (link === undefined) {
      const [from, to] = [shortName(sender.path), shortName(recipient.path)]
      const about = [from, to]
      for (const name of about) this.#aims.met(name)
      link = {
        from,
        to,
        site: this.#chooser.site('send', about),
        latency: this.#chooser.site('send', about, '⇢'),
        replies: this.#chooser.site('reply', about),
        replyLatency: this.#chooser.site('reply', about, '⇢'),
        lastDue: 0,
        underWay: 0,
        cutUntil: 0,
      }
      links.set(recipient, link)
    }
    return link
  }

  #isRemote({ from, to }: Link): boolean {
    if (from === to) return false
    if (this.#remote.length === 0) return true
    let found = false
    for (const [name, struck] of this.#remote) {
      if (!isCalled(from, name) && !isCalled(to, name)) continue
      struck()
      found = true
    }
    return found
  }

  #isCut(from: string, to: string): boolean {
    const cut = this.#cuts.find((one) => isCalled(from, one.from) && isCalled(to, one.to))
    cut?.struck()
    return cut !== undefined
  }
}
