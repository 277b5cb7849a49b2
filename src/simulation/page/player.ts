/**
 * The page's script: steps through a run, filters its events, and shows the states at each moment. It is text, since the page
 * is one file that works from a disk; what it shows of a run it sets as text too, so that no body can become markup.
 */
export const PLAYER = String.raw`'use strict'
const SVG = 'http://www.w3.org/2000/svg'
const players = new Map()

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'onclick') made.addEventListener('click', value)
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : value)
  }
  made.append(...children)
  return made
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

/** The moment is part of the address, which can be handed on. A page in a sandbox may not change its own. */
function remember(hash) {
  try {
    history.replaceState(null, '', hash)
  } catch {}
}

/** One run: its events as rows, the controls, and the moment that is looked at. */
class Player {
  constructor(article, data, name) {
    Object.assign(this, data)
    this.name = name
    this.width = this.lanes.length <= 5 ? 96 : this.lanes.length <= 24 ? 30 : 18
    this.at = this.moments.length - 1
    this.shown = this.moments.map((_, index) => index)
    this.rows = this.moments.map((moment, index) => this.row(moment, index))
    this.build(article.querySelector('.player'))
    this.go(this.at, false)
  }

  build(root) {
    this.list = element('ol', { role: 'listbox', tabindex: '0', 'aria-label': 'Events' }, ...this.rows)
    const heads = this.lanes.map((lane) => element('span', { title: lane }, lane))
    const head = element('div', { class: this.width < 90 ? 'heads upright' : 'heads', 'aria-hidden': 'true' }, ...heads)
    for (const one of [head, this.list]) one.style.setProperty('--lane', this.width + 'px')
    for (const one of [head, this.list]) one.style.setProperty('--lanes', this.lanes.length * this.width + 'px')
    const earlier = this.earlier === 0 ? [] : [element('p', { class: 'earlier' }, this.earlier + ' earlier events are not on this page')]
    this.board = element('div', { class: 'board' }, ...earlier, head, this.list)
    this.aside = element('div', { class: 'moment' })
    root.append(this.controls(), this.filters(), element('div', { class: 'split' }, this.board, this.aside))
    root.hidden = false
  }

  row(moment, index) {
    const row = element('li', { role: 'option', class: 'row ' + moment.kind, id: this.name + '-' + index, 'aria-selected': 'false', onclick: () => this.go(index) })
    const before = this.moments[index - 1]
    const time = before !== undefined && before.time === moment.time ? '' : moment.time
    row.append(element('span', { class: 'time' }, time), this.drawn(moment), element('span', { class: 'text' }, this.textOf(moment)))
    return row
  }

  textOf({ kind, text }) {
    return kind === 'failure' || kind === 'fault' || kind === 'order' ? text : text.replace(/^✗ /, '')
  }

  x(lane) {
    return (this.lanes.indexOf(lane) + 0.5) * this.width
  }

  drawn({ kind, from, to }) {
    const width = this.lanes.length * this.width
    const drawing = shape('svg', { width, height: 26, 'aria-hidden': 'true' })
    const [a, b] = [this.lanes.indexOf(from) < 0 ? this.x(to) : this.x(from), this.x(to)]
    if (to === '' || this.lanes.indexOf(to) < 0) {
      drawing.append(shape('line', { class: 'across', x1: 0, x2: width, y1: 13, y2: 13 }))
    } else if (a === b) {
      drawing.append(shape('circle', { cx: b, cy: 13, r: kind === 'fault' ? 5.5 : 4 }))
    } else {
      const towards = a < b ? 1 : -1
      const tip = b - towards * 2
      drawing.append(
        shape('line', { x1: a, x2: tip - towards * 5, y1: 13, y2: 13 }),
        shape('circle', { cx: a, cy: 13, r: 2.5 }),
        shape('path', { d: 'M' + tip + ' 13l' + -7 * towards + ' -4v8z' }),
      )
    }
    return drawing
  }

  controls() {
    const button = (label, text, act) => element('button', { type: 'button', 'aria-label': label, title: label, onclick: act }, text)
    this.slider = element('input', { type: 'range', min: '0', 'aria-label': 'Moment of the run' })
    this.slider.addEventListener('input', () => this.go(this.shown[Number(this.slider.value)]))
    this.place = element('output', { class: 'position' })
    return element('div', { class: 'controls', role: 'group', 'aria-label': 'Step through the run' },
      button('First event', '|◀', () => this.go(this.shown[0])),
      button('Step back (arrow left)', '◀', () => this.step(-1)),
      button('Step on (arrow right)', '▶', () => this.step(1)),
      button('Last event', '▶|', () => this.go(this.shown.at(-1))),
      button('Next fault (F)', '⚡', () => this.nextFault(1)),
      this.slider, this.place)
  }

  filters() {
    const actors = [element('option', { value: '' }, 'every actor'), ...this.lanes.map((lane) => element('option', { value: lane }, lane))]
    this.actor = element('select', { 'aria-label': 'Actor' }, ...actors)
    this.words = element('input', { type: 'search', placeholder: 'text (press /)', 'aria-label': 'Text of events' })
    const counts = new Map()
    for (const { kind } of this.moments) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    this.kinds = [...counts].map(([kind, many]) => {
      const box = element('input', { type: 'checkbox', value: kind, checked: true })
      return { kind, box, label: element('label', { class: 'kind ' + kind }, box, kind + ' ', element('small', {}, String(many))) }
    })
    this.counted = element('output', { class: 'counted' })
    this.actor.addEventListener('change', () => this.filter())
    this.words.addEventListener('input', () => this.filter())
    for (const { box } of this.kinds) box.addEventListener('change', () => this.filter())
    const all = () => {
      this.actor.value = this.words.value = ''
      for (const { box } of this.kinds) box.checked = true
      this.filter()
    }
    return element('div', { class: 'filters', role: 'group', 'aria-label': 'Filter events' }, this.actor, this.words,
      ...this.kinds.map(({ label }) => label), element('button', { type: 'button', onclick: all }, 'show all'), this.counted)
  }

  filter() {
    const kinds = new Set(this.kinds.filter(({ box }) => box.checked).map(({ kind }) => kind))
    const actor = this.actor.value
    const words = this.words.value.toLowerCase().split(/\s+/).filter(Boolean)
    const holds = ({ kind, from, to, text, meaning, place }) => {
      if (!kinds.has(kind) || (actor !== '' && actor !== from && actor !== to)) return false
      const all = [text, meaning, place === undefined ? '' : this.places[place].text].join(' ').toLowerCase()
      return words.every((word) => all.includes(word))
    }
    this.shown = []
    this.moments.forEach((moment, index) => {
      const shows = holds(moment)
      this.rows[index].hidden = !shows
      if (shows) this.shown.push(index)
    })
    const near = this.shown.filter((index) => index <= this.at).at(-1) ?? this.shown[0]
    if (near === undefined) this.tellPosition()
    else this.go(near)
  }

  step(by) {
    const now = this.shown.indexOf(this.at)
    this.go(this.shown[Math.min(this.shown.length - 1, Math.max(0, now + by))])
  }

  /** The next fault or the failure, as far as it is shown; after the last one the first. */
  nextFault(by) {
    const faults = this.shown.filter((index) => ['fault', 'failure', 'order'].includes(this.moments[index].kind))
    const next = by > 0 ? faults.find((index) => index > this.at) : faults.findLast((index) => index < this.at)
    this.go(next ?? faults.at(by > 0 ? 0 : -1))
  }

  go(index, remembers = true) {
    if (index === undefined) return
    this.rows[this.at].setAttribute('aria-selected', 'false')
    this.at = index
    const row = this.rows[index]
    row.setAttribute('aria-selected', 'true')
    this.list.setAttribute('aria-activedescendant', row.id)
    const top = row.offsetTop - this.board.querySelector('.heads').offsetHeight
    if (top < this.board.scrollTop) this.board.scrollTop = top
    const bottom = row.offsetTop + row.offsetHeight - this.board.clientHeight
    if (bottom > this.board.scrollTop) this.board.scrollTop = bottom
    this.tellPosition()
    this.tellMoment()
    if (remembers) remember('#' + this.name + '-' + index)
  }

  tellPosition() {
    const none = this.shown.length === 0
    this.slider.max = String(Math.max(0, this.shown.length - 1))
    this.slider.value = String(Math.max(0, this.shown.indexOf(this.at)))
    this.slider.disabled = none
    const { time, step } = this.moments[this.at]
    this.slider.setAttribute('aria-valuetext', none ? 'no event' : this.moments[this.at].text)
    this.place.textContent = none ? 'no event' : this.shown.indexOf(this.at) + 1 + ' of ' + this.shown.length + ' · ' + time + ' · step ' + step
    this.counted.textContent = this.shown.length === this.moments.length ? '' : this.shown.length + ' of ' + this.moments.length + ' events'
  }

  tellMoment() {
    const now = this.moments[this.at]
    const told = element('p', { class: 'now ' + now.kind, role: 'status' }, now.text)
    if (now.meaning !== undefined) told.append(element('span', { class: 'meaning' }, now.meaning))
    const source = now.place === undefined ? [] : [this.source(this.places[now.place])]
    this.aside.replaceChildren(element('h3', {}, 'At ' + now.time + ', step ' + now.step), told, ...source,
      element('h3', {}, 'Actors'), this.actors(), ...this.faults())
  }

  source({ text, whole, link }) {
    const name = link === undefined ? text : element('a', { href: link, title: whole }, text)
    return element('p', { class: 'source' }, name)
  }

  /** The states of every actor at this moment, and what each did last. */
  actors() {
    const states = new Map(Object.entries(this.states))
    const last = new Map()
    let before
    for (let index = 0; index <= this.at; index++) {
      const { kind, from, to, state } = this.moments[index]
      if (kind === 'state') {
        if (index === this.at) before = states.get(to)
        states.set(to, state)
      } else {
        for (const one of [from, to]) last.set(one, index)
      }
    }
    const now = this.moments[this.at]
    const rows = this.lanes.filter((lane) => lane !== 'outside').map((lane) => {
      const state = element('td', { class: 'state' }, states.get(lane) ?? '–')
      if (before !== undefined && lane === now.to) state.prepend(element('del', {}, before), element('br'))
      const did = last.get(lane)
      const doing = did === undefined ? 'nothing yet' : element('button', { type: 'button', onclick: () => this.go(did) }, this.moments[did].text)
      const concerned = lane === now.to || lane === now.from
      return element('tr', { class: concerned ? 'concerned' : undefined }, element('th', { scope: 'row' }, lane), state, element('td', { class: 'did' }, doing))
    })
    const head = element('tr', {}, ...['actor', 'state', 'did last'].map((text) => element('th', { scope: 'col' }, text)))
    return element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows))
  }

  /** What has struck so far, those of this very moment marked. */
  faults() {
    const now = this.moments[this.at]
    const struck = []
    this.moments.slice(0, this.at + 1).forEach(({ kind, time, step, text }, index) => {
      if (kind !== 'fault' && kind !== 'order') return
      const isNow = time === now.time && step === now.step
      struck.push(element('li', { class: isNow ? 'struck now' : 'struck' }, element('span', { class: 'time' }, time + ' '),
        element('button', { type: 'button', onclick: () => this.go(index) }, text)))
    })
    return [element('h3', {}, 'Faults so far'), struck.length === 0 ? element('p', {}, 'none') : element('ul', {}, ...struck.slice(-30))]
  }
}

const articles = [...document.querySelectorAll('article')]
let current

/** #run-2-14 is event 14 of the second run. */
function show() {
  const [, name, index] = /^#(run-\d+)(?:-(\d+))?$/.exec(location.hash) ?? []
  current = articles.find(({ id }) => id === name) ?? articles.find(({ id }) => id === current?.id) ?? articles.find((one) => one.dataset.failed === 'yes') ?? articles[0]
  for (const article of articles) article.hidden = article !== current
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === '#' + current.id) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  const data = current.querySelector('script[type="application/json"]')
  if (data === null) return
  if (!players.has(current.id)) {
    const given = JSON.parse(data.textContent)
    if (given.moments.length === 0) return
    players.set(current.id, new Player(current, given, current.id))
    for (const details of current.querySelectorAll('details.story')) details.open = false
  }
  const player = players.get(current.id)
  if (index !== undefined && Number(index) < player.moments.length) player.go(Number(index))
}

const KEYS = {
  ArrowLeft: (player) => player.step(-1),
  ArrowRight: (player) => player.step(1),
  ArrowUp: (player, inList) => inList && player.step(-1),
  ArrowDown: (player, inList) => inList && player.step(1),
  Home: (player, inList) => inList && player.go(player.shown[0]),
  End: (player, inList) => inList && player.go(player.shown.at(-1)),
  f: (player) => player.nextFault(1),
  F: (player) => player.nextFault(-1),
  '/': (player) => player.words.focus(),
}

document.addEventListener('keydown', (event) => {
  const player = players.get(current?.id)
  if (player === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target === player.words && event.key === 'Escape') return player.list.focus()
  if (event.target.closest('input:not([type=checkbox]), select') !== null) return
  const act = KEYS[event.key]
  if (act === undefined || act(player, event.target === player.list) === false) return
  event.preventDefault()
})
addEventListener('hashchange', show)
show()
`
