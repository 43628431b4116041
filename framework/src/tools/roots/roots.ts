import { toYaml } from '../../contract/yaml.ts'
import { implement } from '../../http/implement.ts'
import { bestMedia, type MediaOffer } from '../../http/quality.ts'
import { rawReply, type Route } from '../../http/stage.ts'
import type { Clock } from '../../std/clock.ts'
import type { Lifecycle } from '../../system/lifecycle/index.ts'
import type { Metrics } from '../../system/metrics/index.ts'
import * as contract from './contract.ts'
import { toFile, type StaticFile } from './files.ts'
import { fileReply, referencePage } from './reference-page.ts'
import { securityTxt } from './security-txt.ts'

export interface RootsNeeds {
  lifecycle: Pick<Lifecycle, 'state' | 'health'>
  metrics: Pick<Metrics, 'text' | 'contentType'>
  clock: Clock
  /** The document of all routes, these included. Asked for once, at the first request. */
  openapi: () => Record<string, unknown>
  /** The public keys. Without it there is no `/.well-known/jwks.json`. */
  jwks?: (() => object | Promise<object>) | undefined
  /** An e-mail address or a URI. Without it there is no `/.well-known/security.txt`. */
  securityContact?: string | undefined
}

/** The framework's own endpoints: health, metrics, the contract and its page, keys, security contact. */
export function roots(needs: RootsNeeds): Route[] {
  const probes = health(needs).map((route) => ({ ...route, quiet: true }))
  return [...probes, ...documents(needs), ...wellKnown(needs)]
}

const metricsOffers: readonly MediaOffer[] = [
  { mediaType: 'text/plain', aliases: [], params: new Map([['version', '0.0.4']]) },
  { mediaType: 'application/openmetrics-text', aliases: [], params: new Map([['version', '1.0.0']]) },
]

function health({ lifecycle, metrics }: RootsNeeds): Route[] {
  const { healthLive, healthReady, healthStartup, readMetrics } = contract
  return implement(
    { healthLive, healthReady, healthStartup, readMetrics },
    {
      healthLive: () => ({ status: 'live' }),
      healthReady: async ({ signal, log }) => {
        const { state } = lifecycle
        if (state !== 'ready') throw contract.NotReady({ state, checks: [] }, { retryAfter: 1 })
        const report = await lifecycle.health(signal)
        const checks = report.resources.map(({ name, problem }) => ({ name, healthy: problem === undefined }))
        if (report.healthy) return { status: 'ready', checks }
        // Only the log says why: the sentence may name hosts and users.
        log.warn('not ready', { resources: report.resources.filter(({ problem }) => problem !== undefined) })
        throw contract.NotReady({ state, checks }, { retryAfter: 1 })
      },
      healthStartup: () => {
        const { state } = lifecycle
        if (state === 'starting') throw contract.NotReady({ state, checks: [] }, { retryAfter: 1 })
        return { status: 'started' }
      },
      readMetrics: ({ headers }) => {
        const format = bestMedia(headers['accept'] ?? '*/*', metricsOffers) === 1 ? 'openmetrics' : 'prometheus'
        return rawReply(metrics.text(format), { type: metrics.contentType(format), headers: { vary: 'accept' } })
      },
    },
  )
}

function documents({ openapi }: RootsNeeds): Route[] {
  const { readOpenApiJson, readOpenApiYaml, readReference, readReferenceAsset } = contract
  const json = once(() => toFile(Buffer.from(JSON.stringify(openapi())), 'application/json'))
  const yaml = once(() => toFile(Buffer.from(toYaml(openapi())), 'application/yaml'))
  const page = referencePage()
  return implement(
    { readOpenApiJson, readOpenApiYaml, readReference, readReferenceAsset },
    {
      readOpenApiJson: () => fileReply(json()),
      readOpenApiYaml: () => fileReply(yaml()),
      readReference: () => page('index.html'),
      readReferenceAsset: ({ params }) => page(params.asset),
    },
  )
}

function wellKnown({ clock, jwks, securityContact }: RootsNeeds): Route[] {
  const { readSigningKeys, readSecurityTxt } = contract
  const routes: Route[] = []
  if (jwks !== undefined) {
    const type = 'application/jwk-set+json'
    routes.push(...implement({ readSigningKeys }, { readSigningKeys: async () => rawReply(JSON.stringify(await jwks()), { type }) }))
  }
  if (securityContact !== undefined) {
    const text = securityTxt(securityContact)
    const type = 'text/plain; charset=utf-8'
    routes.push(...implement({ readSecurityTxt }, { readSecurityTxt: () => rawReply(text(clock.now()), { type }) }))
  }
  return routes
}

function once(make: () => StaticFile): () => StaticFile {
  let made: StaticFile | undefined
  return () => (made ??= make())
}
