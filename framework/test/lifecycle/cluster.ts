import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { Instance, type Exit } from './instance.ts'

export interface ClusterOptions {
  readonly settings: Readonly<Record<string, string>>
  /** Milliseconds until those who send know that a pod was added or removed. They learn it at the same time as the pod, or later. */
  readonly propagation: number
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly terminationGrace: number
}

interface Pod {
  readonly instance: Instance
  terminating: boolean
}

const probePeriod = 100
// As in the manifests: a machine that is busy is not a process that is dead.
const probeTimeout = 5_000

/**
 * What Kubernetes does to a process in a rolling update (maxSurge 1, maxUnavailable 0), as far as the process can tell: probes, endpoints that
 * everybody learns of late, SIGTERM, and SIGKILL when its time is over.
 */
export class Cluster {
  readonly #options: ClusterOptions
  readonly #pods = new Set<Pod>()
  #endpoints: number[] = []
  #turn = 0
  readonly exits: Exit[] = []
  /** Pods that did not say that they live while they did. */
  livenessFailures = 0

  constructor(options: ClusterOptions) {
    this.#options = options
  }

  /** Where the next new connection goes: round robin over what is believed to be ready. */
  readonly endpoint = (): number => this.#endpoints[this.#turn++ % this.#endpoints.length]!

  get pids(): number[] {
    return [...this.#pods].map(({ instance }) => instance.child.pid!)
  }

  async scale(replicas: number): Promise<void> {
    await Promise.all(Array.from({ length: replicas }, () => this.#add()))
  }

  /** Replaces one pod after the other, each when its successor is known to be ready. Resolves when the last old one is gone. */
  async roll(): Promise<void> {
    const gone: Promise<void>[] = []
    const before = [...this.#pods]
    for (const old of before) {
      await this.#add()
      gone.push(this.#terminate(old))
    }
    await Promise.all(gone)
  }

  stop(): void {
    for (const pod of this.#pods) {
      pod.terminating = true
      pod.instance.child.kill('SIGKILL')
    }
  }

  async #add(): Promise<void> {
    const pod: Pod = { instance: new Instance(this.#options.settings), terminating: false }
    this.#pods.add(pod)
    await pod.instance.ready()
    while ((await probe(pod.instance, 'startup')) !== 200) await pause(probePeriod)
    while ((await probe(pod.instance, 'ready')) !== 200) await pause(probePeriod)
    void this.#watch(pod)
    await pause(this.#options.propagation)
    this.#endpoints = [...this.#endpoints, pod.instance.port]
  }

  /** Liveness, until the pod is told to go. */
  async #watch(pod: Pod): Promise<void> {
    while (!pod.terminating) {
      if ((await probe(pod.instance, 'live')) !== 200 && !pod.terminating) this.livenessFailures++
      await pause(probePeriod)
    }
  }

  async #terminate(pod: Pod): Promise<void> {
    const { propagation, terminationGrace } = this.#options
    const { instance } = pod
    pod.terminating = true
    instance.kill('SIGTERM')
    const kill = setTimeout(() => instance.kill('SIGKILL'), terminationGrace)
    // Until everybody knows, it is alive and not ready.
    const end = performance.now() + propagation
    while (performance.now() < end) {
      if ((await probe(instance, 'live')) !== 200 && performance.now() < end) this.livenessFailures++
      await pause(probePeriod)
    }
    this.#endpoints = this.#endpoints.filter((port) => port !== instance.port)
    this.exits.push(await instance.exited)
    clearTimeout(kill)
    this.#pods.delete(pod)
  }
}

/** The status, or 0 when there was none in time. */
function probe({ url }: Instance, name: string): Promise<number> {
  return new Promise((resolve) => {
    const call = request(`${url}/health/${name}`, { agent: false, timeout: probeTimeout }, (response) => {
      response.resume()
      resolve(response.statusCode!)
    })
    call
      .on('timeout', () => call.destroy())
      .on('error', () => resolve(0))
      .end()
  })
}
