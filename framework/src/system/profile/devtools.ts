import type { HeapProfiler, Profiler, Runtime } from 'node:inspector'
import { maskedFile } from './place.ts'

/** A `.cpuprofile`, as the DevTools of Chrome open it, with file names of the project. */
export function maskedCpuProfile(raw: Profiler.Profile, root: string): Profiler.Profile {
  return { ...raw, nodes: raw.nodes.map((node) => ({ ...node, callFrame: masked(node.callFrame, root) })) }
}

/** A `.heapprofile`, likewise. */
export function maskedHeapProfile({ head }: HeapProfiler.SamplingHeapProfile, root: string): HeapProfiler.SamplingHeapProfile {
  return { head: maskedNode(head, root) } as HeapProfiler.SamplingHeapProfile
}

function maskedNode(node: HeapProfiler.SamplingHeapProfileNode, root: string): HeapProfiler.SamplingHeapProfileNode {
  return { ...node, callFrame: masked(node.callFrame, root), children: node.children.map((child) => maskedNode(child, root)) }
}

function masked(callFrame: Runtime.CallFrame, root: string): Runtime.CallFrame {
  return { ...callFrame, url: callFrame.url === '' ? '' : maskedFile(callFrame.url, root).file }
}
