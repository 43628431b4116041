import type { Profiler } from 'node:inspector'
import type { Blocker, Profile, ProfiledFunction } from '../../std/profile.ts'
import { hotLine, toFrames, type Measured } from './frames.ts'
import { functionOf, type CallFrame } from './place.ts'

/** A time in which the event loop did not come round. Milliseconds after the profile began. */
export interface Gap {
  readonly from: number
  readonly to: number
}

interface Sampled extends ProfiledFunction {
  readonly id: number
  own: number
  readonly ticks: Map<number, number>
  readonly children: Sampled[]
  parent: Sampled | undefined
}

const mostBlockers = 10

/** What V8 sampled, as a tree of the project's functions. `root`: the folder that file names are relative to. */
export function cpuProfile(raw: Profiler.Profile, gaps: readonly Gap[], root: string): Profile {
  const nodes = new Map(raw.nodes.map((node) => [node.id, sampledOf(node, root)]))
  for (const { id, children = [] } of raw.nodes) {
    const parent = nodes.get(id)!
    for (const child of children.map((one) => nodes.get(one)!)) {
      child.parent = parent
      parent.children.push(child)
    }
  }
  const samples = timed(raw, nodes)
  for (const { node, from, to } of samples) node.own += to - from
  const top: readonly Measured[] = [...nodes.values()].find(({ parent }) => parent === undefined)?.children ?? []
  const { frames, hottest, total } = toFrames(top.filter(({ name }) => name !== idle))
  const idleMs = top.find(({ name }) => name === idle)?.own ?? 0
  return {
    kind: 'cpu',
    unit: 'ms',
    ms: (raw.endTime - raw.startTime) / 1000,
    idle: idleMs,
    total,
    frames,
    hottest,
    blockers: blockersOf(gaps, samples),
  }
}

const idle = '(idle)'

function sampledOf({ id, callFrame, positionTicks = [] }: Profiler.ProfileNode, root: string): Sampled {
  const ticks = new Map(positionTicks.map(({ line, ticks: count }) => [line, count]))
  return { ...functionOf(callFrame as CallFrame, root), id, own: 0, ticks, children: [], parent: undefined }
}

interface Sample extends Gap {
  readonly node: Sampled
}

/** Each sample stands for the time until the next one. */
function timed({ samples = [], timeDeltas = [], startTime, endTime }: Profiler.Profile, nodes: ReadonlyMap<number, Sampled>): Sample[] {
  const timeline: Sample[] = []
  let at = 0
  for (const [index, id] of samples.entries()) {
    at += (timeDeltas[index] ?? 0) / 1000
    const next = index + 1 < samples.length ? at + (timeDeltas[index + 1] ?? 0) / 1000 : (endTime - startTime) / 1000
    // Deltas may be negative: V8 does not sort what it sampled on several ways.
    timeline.push({ node: nodes.get(id)!, from: at, to: Math.max(at, next) })
  }
  return timeline
}

function blockersOf(gaps: readonly Gap[], samples: readonly Sample[]): Blocker[] {
  return gaps
    .flatMap((gap) => blockerOf(gap, samples) ?? [])
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, mostBlockers)
}

/** Undefined when the process was not busy: then others had the processor, or it was asleep. */
function blockerOf({ from, to }: Gap, samples: readonly Sample[]): Blocker | undefined {
  const times = new Map<Sampled, number>()
  let [busy, seen] = [0, 0]
  for (const sample of samples) {
    const ms = Math.min(to, sample.to) - Math.max(from, sample.from)
    if (ms <= 0) continue
    seen += ms
    if (sample.node.name === idle) continue
    busy += ms
    times.set(sample.node, (times.get(sample.node) ?? 0) + ms)
  }
  if (busy < seen / 2 || busy === 0) return undefined
  const { at, leaf } = worstOf(times)
  const { name, file, line, of } = at
  if (leaf !== at) return { at: from, ms: to - from, name, file, line, of, hotLine: line, called: entryBelow(leaf, at) }
  const ticks = ticksOf(at, samples)
  return { at: from, ms: to - from, name, file, line, of, hotLine: hotLine(line, ticks) }
}

interface Blame {
  /** Whom to ask about it. */
  readonly at: Sampled
  /** What ran most of that time: itself, or something that it called. */
  readonly leaf: Sampled
}

function worstOf(times: ReadonlyMap<Sampled, number>): Blame {
  const owners = Map.groupBy(times, ([leaf]) => keyOf(ownerOf(leaf)))
  const msOf = (leaves: readonly (readonly [Sampled, number])[]) => leaves.reduce((sum, [, ms]) => sum + ms, 0)
  const worst = [...owners.values()].toSorted((a, b) => msOf(b) - msOf(a))[0]!
  const kinds = Map.groupBy(worst, ([leaf]) => keyOf(leaf))
  const [leaf] = [...kinds.values()].toSorted((a, b) => msOf(b) - msOf(a))[0]![0]!
  const at = ownerOf(leaf)
  return { at, leaf: keyOf(leaf) === keyOf(at) ? at : leaf }
}

function keyOf({ name, file, line }: ProfiledFunction): string {
  return `${name} ${file}:${line}`
}

/** Of the function wherever it was called from. */
function ticksOf(of: Sampled, samples: readonly Sample[]): Map<number, number> {
  const sums = new Map<number, number>()
  const same = new Set(samples.map(({ node }) => node).filter((node) => keyOf(node) === keyOf(of)))
  for (const { ticks } of same) for (const [line, count] of ticks) sums.set(line, (sums.get(line) ?? 0) + count)
  return sums
}

/** Whom to ask about it: the innermost function of the application, else the innermost that is not of Node.js itself. */
function ownerOf(leaf: Sampled): Sampled {
  let other: Sampled | undefined
  for (let node: Sampled | undefined = leaf; node !== undefined; node = node.parent) {
    if (node.of === 'application') return node
    if (node.of !== 'node') other ??= node
  }
  return other ?? leaf
}

/** The function that `at` called, on the way to `leaf`. */
function entryBelow(leaf: Sampled, at: Sampled): string {
  let node = leaf
  while (node.parent !== undefined && node.parent !== at) node = node.parent
  return node.name
}
