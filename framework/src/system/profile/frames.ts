import type { HotFunction, ProfiledFunction, ProfileFrame } from '../../std/profile.ts'

/** A node of what V8 measured, with its function named. */
export interface Measured extends ProfiledFunction {
  readonly own: number
  /** How often each line was seen. */
  readonly ticks: ReadonlyMap<number, number>
  readonly children: readonly Measured[]
}

const mostHot = 50
/** Of all of it: what is less makes no difference to anybody. */
const leastShare = 0.001
/** V8 counts lines of functions that were inlined as lines of the one around them: far ones are of other files. */
const longestFunction = 400

interface Growing extends ProfiledFunction {
  own: number
  readonly ticks: Map<number, number>
  readonly children: Map<string, Growing>
}

/** Puts the same calls together, and what Node.js calls inside of itself into the function of it that was called. */
export function toFrames(measured: readonly Measured[]): { frames: ProfileFrame[]; hottest: HotFunction[]; total: number } {
  const grown = new Map<string, Growing>()
  for (const one of measured) grow(one, { siblings: grown, around: undefined })
  const total = sum([...grown.values()].map(totalOf))
  const hottest = new Hottest()
  for (const one of grown.values()) hottest.add(one, new Set())
  return { frames: framesOf(grown, total * leastShare), hottest: hottest.list(), total }
}

function grow(measured: Measured, { siblings, around }: { siblings: Map<string, Growing>; around: Growing | undefined }): void {
  const into = around?.of === 'node' && measured.of === 'node' ? around : place(measured, siblings)
  into.own += measured.own
  if (into !== around) for (const [line, count] of measured.ticks) into.ticks.set(line, (into.ticks.get(line) ?? 0) + count)
  for (const child of measured.children) grow(child, { siblings: into.children, around: into })
}

function place({ name, file, line, of }: ProfiledFunction, siblings: Map<string, Growing>): Growing {
  const key = keyOf({ name, file, line })
  const known = siblings.get(key)
  if (known !== undefined) return known
  const made: Growing = { name, file, line, of, own: 0, ticks: new Map(), children: new Map() }
  siblings.set(key, made)
  return made
}

function keyOf({ name, file, line }: Pick<ProfiledFunction, 'name' | 'file' | 'line'>): string {
  return `${name} ${file}:${line}`
}

function totalOf({ own, children }: Growing): number {
  return own + sum([...children.values()].map(totalOf))
}

function framesOf(grown: ReadonlyMap<string, Growing>, least: number): ProfileFrame[] {
  return [...grown.values()]
    .map((one) => ({ one, total: totalOf(one) }))
    .filter(({ total }) => total > 0 && total >= least)
    .toSorted((a, b) => b.total - a.total)
    .map(({ one: { name, file, line, of, own, children }, total }) => ({
      name,
      file,
      line,
      of,
      own: round(own),
      total: round(total),
      children: framesOf(children, least),
    }))
}

/** Functions wherever they were called from. */
class Hottest {
  readonly #all = new Map<string, { of: Growing; own: number; total: number; ticks: Map<number, number> }>()

  /** `above`: what it was called from, so that a function that calls itself is not counted twice. */
  add(one: Growing, above: ReadonlySet<string>): void {
    const key = keyOf(one)
    const sums = this.#all.get(key) ?? { of: one, own: 0, total: 0, ticks: new Map<number, number>() }
    this.#all.set(key, sums)
    sums.own += one.own
    if (!above.has(key)) sums.total += totalOf(one)
    for (const [line, count] of one.ticks) sums.ticks.set(line, (sums.ticks.get(line) ?? 0) + count)
    const within = new Set(above).add(key)
    for (const child of one.children.values()) this.add(child, within)
  }

  list(): HotFunction[] {
    return [...this.#all.values()]
      .filter(({ own }) => own > 0)
      .toSorted((a, b) => b.own - a.own)
      .slice(0, mostHot)
      .map(({ of: { name, file, line, of }, own, total, ticks }) => ({
        name,
        file,
        line,
        of,
        hotLine: hotLine(line, ticks),
        own: round(own),
        total: round(total),
      }))
  }
}

/** The line that was seen most often, or the one in which the function begins. */
export function hotLine(line: number, ticks: ReadonlyMap<number, number>): number {
  const own = [...ticks].filter(([at]) => at >= line && at < line + longestFunction)
  return own.toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? line
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

/** A hundredth of a millisecond is finer than what was sampled. */
function round(value: number): number {
  return Math.round(value * 100) / 100
}
