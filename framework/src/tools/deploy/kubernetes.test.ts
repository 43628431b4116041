import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toYaml } from '../../contract/yaml.ts'
import { healthLive, healthReady, healthStartup } from '../roots/contract.ts'
import { toManifests, type Deployment } from './kubernetes.ts'

const orders: Deployment = { name: 'orders', image: 'registry.example.com/orders:1.0.0', port: 3000, drainDelay: 5_000, grace: 20_000 }

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

interface Container {
  readonly env: readonly { name: string; value: string }[]
  readonly ports: readonly { name: string; containerPort: number }[]
  readonly resources: { limits: Record<string, string> }
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
}

interface Workload {
  readonly minReadySeconds: number
  readonly replicas?: number
  readonly strategy: { rollingUpdate: object }
  readonly selector: { matchLabels: object }
  readonly template: {
    metadata: { labels: object }
    spec: { terminationGracePeriodSeconds: number; containers: [Container]; topologySpreadConstraints: { topologyKey: string }[] }
  }
}

function specOf<Spec>(kind: string, of: Deployment = orders): Spec {
  return toManifests(of).find((manifest) => manifest['kind'] === kind)!['spec'] as Spec
}

describe('the manifests for Kubernetes', () => {
  it('ask each question where it is answered: alive, ready, started · M18.13', () => {
    const [container] = specOf<Workload>('Deployment').template.spec.containers
    const { startupProbe, livenessProbe, readinessProbe } = container
    assert.deepEqual(
      [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path),
      [healthStartup, healthLive, healthReady].map(({ path }) => path),
    )
    for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) assert.equal(httpGet.port, container.ports[0]!.name)
  })

  it('leave the process more time than its longest stop takes, whatever delay and grace are · M18.14', () => {
    for (const drainDelay of [0, 1, 5_000, 300_000]) {
      for (const grace of [1, 999, 20_000, 600_000]) {
        const { terminationGracePeriodSeconds } = specOf<Workload>('Deployment', { ...orders, drainDelay, grace }).template.spec
        assert.ok(terminationGracePeriodSeconds * 1_000 > drainDelay + grace + 1_000)
        assert.ok(Number.isInteger(terminationGracePeriodSeconds))
      }
    }
  })

  it('tell the process the same delay and grace, and how much memory it has · M18.14 M18.16', () => {
    const [{ env, resources }] = specOf<Workload>('Deployment').template.spec.containers
    const value = (name: string) => env.find((one) => one.name === name)?.value
    assert.deepEqual([value('DRAIN_DELAY'), value('SHUTDOWN_GRACE')], ['5000ms', '20000ms'])
    assert.equal(value('NODE_OPTIONS'), '--max-old-space-size-percentage=75')
    assert.equal(resources.limits['memory'], '512Mi')
    // Throttling would stretch every deadline of a stop.
    assert.equal(resources.limits['cpu'], undefined)
  })

  it('replace one by one, never with fewer than before, spread over machines, and leave the number to the autoscaler · M18.16', () => {
    const { strategy, minReadySeconds, replicas, selector, template } = specOf<Workload>('Deployment')
    assert.deepEqual(strategy.rollingUpdate, { maxUnavailable: 0, maxSurge: 1 })
    assert.ok(minReadySeconds > 0)
    assert.equal(replicas, undefined)
    assert.deepEqual(selector.matchLabels, template.metadata.labels)
    assert.deepEqual(
      template.spec.topologySpreadConstraints.map(({ topologyKey }) => topologyKey),
      ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'],
    )
    assert.deepEqual(specOf<{ maxUnavailable: number; selector: object }>('PodDisruptionBudget').maxUnavailable, 1)
    const { behavior, minReplicas } = specOf<{
      minReplicas: number
      behavior: { scaleDown: { stabilizationWindowSeconds: number } }
    }>('HorizontalPodAutoscaler')
    assert.ok(behavior.scaleDown.stabilizationWindowSeconds >= 300)
    assert.ok(minReplicas >= 2)
  })

  it('are YAML', () => {
    assert.match(toYaml(toManifests(orders)[0]), /^apiVersion: v1\nkind: Service\n/)
  })
})
