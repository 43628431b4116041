import type { HeapProfiler } from 'node:inspector'
import type { Profile } from '../../std/profile.ts'
import { toFrames, type Measured } from './frames.ts'
import { functionOf, type CallFrame } from './place.ts'

const noTicks: ReadonlyMap<number, number> = new Map()

/** Who asked for memory, as a tree of the project's functions; also for what was given back since. */
export function allocationProfile({ head }: HeapProfiler.SamplingHeapProfile, ms: number, root: string): Profile {
  const { frames, hottest, total } = toFrames(head.children.map((node) => measuredOf(node, root)))
  return { kind: 'allocation', unit: 'bytes', ms, idle: 0, total, frames, hottest, blockers: [] }
}

function measuredOf({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode, root: string): Measured {
  return {
    ...functionOf(callFrame as CallFrame, root),
    own: selfSize,
    ticks: noTicks,
    children: children.map((child) => measuredOf(child, root)),
  }
}
