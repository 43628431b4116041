import { toYaml } from '../../../contract/yaml.ts'
import { loadSettings, type ValuesOf } from '../../../system/config/index.ts'
import type { serverSettings } from '../../../system/config/server-settings.ts'
import { BootError } from '../../../std/errors.ts'
import { drainDelayOf } from '../../../app-stop.ts'
import { longestStop, toManifests, type Deployment } from '../../deploy/kubernetes.ts'
import type { Command, Invocation } from '../command.ts'

/** The port inside the container, where PORT of this machine says nothing. */
const containerPort = 3000

/** `throughline kubernetes` */
export const kubernetes: Command = {
  usage: 'kubernetes',
  summary: 'Write manifests for a rolling update without a failed request: probes, times and limits fit the settings',
  flags: { image: 'IMAGE', 'termination-grace': 'SECONDS' },
  async run(invocation) {
    const manifests = toManifests(await deploymentOf(invocation))
    return {
      json: manifests,
      text: () =>
        manifests
          .map((manifest) => `---\n${toYaml(manifest)}`)
          .join('')
          .trimEnd(),
    }
  },
}

async function deploymentOf({ application, sources, flags }: Invocation): Promise<Deployment> {
  const image = flags.get('image')
  if (typeof image !== 'string' || !isPinned(image)) {
    const found = typeof image === 'string' ? `--image is ${image}, which can be another image tomorrow.` : 'There is no --image.'
    throw new BootError('usage-wrong', found, { fix: 'Give it with a version or digest: --image registry.example.com/orders:1.4.2.' })
  }
  const { name, settings } = await application()
  const env = { ...sources.env, KUBERNETES_SERVICE_HOST: 'kubernetes' }
  const values: ValuesOf<typeof serverSettings> = loadSettings(settings, { ...sources, mode: 'production', secretsElsewhere: true })
  const times = { drainDelay: drainDelayOf(values, env), grace: values.shutdownGrace }
  return { name, image, port: containerPort, ...times, terminationGrace: terminationGrace(flags.get('termination-grace'), times) }
}

/** Refused when SIGKILL would come before the process had its time. */
function terminationGrace(given: string | true | undefined, times: Pick<Deployment, 'drainDelay' | 'grace'>): number | undefined {
  if (given === undefined) return undefined
  const least = longestStop(times)
  const seconds = Number(given)
  if (Number.isInteger(seconds) && seconds > least) return seconds
  throw new BootError(
    'usage-wrong',
    `--termination-grace is ${given}, and a stop may take ${least} seconds (${times.drainDelay} ms delay, ${times.grace} ms grace, 1 s).`,
    {
      fix: `Give more than ${least}, or shorten DRAIN_DELAY or SHUTDOWN_GRACE.`,
    },
  )
}

function isPinned(image: string): boolean {
  return /@sha256:[\da-f]{64}$/.test(image) || /:(?!latest$)[\w][\w.-]*$/.test(image.slice(image.lastIndexOf('/') + 1))
}
