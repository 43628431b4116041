/** What the manifests of one application depend on. Times in milliseconds. */
export interface Deployment {
  readonly name: string
  readonly image: string
  readonly port: number
  readonly drainDelay: number
  readonly grace: number
  /** Seconds until SIGKILL. Default: as many as the longest stop needs, and a few. */
  readonly terminationGrace?: number | undefined
}

type Manifest = Readonly<Record<string, unknown>>

/** What the last second of a stop, the start of its clock and the end of the container may take beside delay and grace, in seconds. */
const reserve = 4

/** Seconds from SIGTERM until the process is gone whatever happens. */
export function longestStop({ drainDelay, grace }: Pick<Deployment, 'drainDelay' | 'grace'>): number {
  return Math.ceil((drainDelay + grace + 1_000) / 1_000)
}

/** A Deployment that updates without failing a request, and what belongs to it. Secrets come from a Secret of the same name. */
export function toManifests(of: Deployment): Manifest[] {
  const { name } = of
  const labels = { 'app.kubernetes.io/name': name }
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        // How many there are is for the autoscaler to say: a number here would reset it with every release.
        selector: { matchLabels: labels },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        minReadySeconds: 5,
        progressDeadlineSeconds: 300,
        revisionHistoryLimit: 5,
        template: { metadata: { labels }, spec: toPod(of, labels) },
      },
    },
    // One at a time may be taken away for maintenance.
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, labels },
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    },
    toAutoscaler(name, labels),
  ]
}

function toPod(of: Deployment, labels: Manifest): Manifest {
  const { name, terminationGrace = longestStop(of) + reserve } = of
  return {
    terminationGracePeriodSeconds: terminationGrace,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: labels },
    })),
    containers: [toContainer(of, name)],
    volumes: ['data', 'tmp'].map((volume) => ({ name: volume, emptyDir: {} })),
  }
}

function toContainer({ image, port, drainDelay, grace }: Deployment, name: string): Manifest {
  const environment = {
    NODE_ENV: 'production',
    HOST: '0.0.0.0',
    PORT: String(port),
    DATA_DIR: '/data',
    // The delay stands in for a preStop hook: the process goes on serving, and knows why.
    DRAIN_DELAY: `${drainDelay}ms`,
    SHUTDOWN_GRACE: `${grace}ms`,
    NODE_OPTIONS: '--max-old-space-size-percentage=75',
  }
  return {
    name,
    image,
    ports: [{ name: 'http', containerPort: port }],
    env: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
    envFrom: [{ secretRef: { name } }],
    // A slow start is no reason to kill; a slow dependency is no reason to restart.
    startupProbe: probe('startup', { periodSeconds: 1, failureThreshold: 120 }),
    livenessProbe: probe('live', { periodSeconds: 10, failureThreshold: 3 }),
    readinessProbe: probe('ready', { periodSeconds: 5, failureThreshold: 2 }),
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  }
}

function probe(name: string, timing: { periodSeconds: number; failureThreshold: number }): Manifest {
  return { httpGet: { path: `/health/${name}`, port: 'http' }, timeoutSeconds: 5, ...timing }
}

function toAutoscaler(name: string, labels: Manifest): Manifest {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, labels },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
      // Up at once, down slowly: the load of a minute ago mostly comes back.
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 0 },
        scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
      },
    },
  }
}
