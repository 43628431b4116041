import { relative } from 'node:path'
import type { Endpoint } from '../../contract/endpoint.ts'
import { parsePath, type Segment } from '../../http/find/path.ts'
import { toConditions } from '../../http/find/header-conditions.ts'
import type { Route } from '../../http/stage.ts'
import type { Finding } from './checks.ts'
import { samplesOf } from './pattern-samples.ts'

export interface RoutesToCheck {
  readonly served: readonly Route[]
  /** Of other modes. */
  readonly absent: readonly Route[]
  /** What the modules of the application export, and where. */
  readonly declared: ReadonlyMap<Endpoint, string>
  readonly allowedHosts: readonly string[]
  readonly cwd: string
}

/** Routes that no request finds, and endpoints that no route serves. */
export function checkRoutes(all: RoutesToCheck): Finding[] {
  const { served, absent, cwd } = all
  const findings = [...unreachable(all), ...shadowed(all), ...unused(all)]
  if (findings.length > 0) return findings
  const elsewhere =
    absent.length === 0 ? '' : `, ${absent.length} are for other modes: ${absent.map((route) => addressOf(route, cwd)).join(', ')}`
  return [{ name: 'routes', status: 'ok', found: `${served.length} can be found${elsewhere}` }]
}

function unreachable({ served, absent, allowedHosts, cwd }: RoutesToCheck): Finding[] {
  const never = absent.filter(({ modes }) => modes?.length === 0)
  const strange = served.filter(
    ({ host }) => host !== undefined && allowedHosts.length > 0 && !allowedHosts.some((one) => isFor(host, one)),
  )
  return [
    ...never.map((route) =>
      warn('route never served', `${addressOf(route, cwd)}: its groups have no mode in common`, 'Name the modes in one of them.'),
    ),
    ...strange.map((route) =>
      warn(
        'route out of reach',
        `${addressOf(route, cwd)} is for ${route.host}, which ALLOWED_HOSTS leaves out`,
        'Add the host to ALLOWED_HOSTS, or correct the group.',
      ),
    ),
  ]
}

function isFor(pattern: string, host: string): boolean {
  const [one, other] = [pattern.toLowerCase(), host.toLowerCase()]
  return one === other || (one.startsWith('*.') && other.endsWith(one.slice(1)))
}

function shadowed({ served, cwd }: RoutesToCheck): Finding[] {
  const findings: Finding[] = []
  for (const same of Map.groupBy(served, siblingsOf).values())
    for (const route of same) {
      const winner = same.find((other) => other !== route && takesAllOf(other, route))
      if (winner === undefined) continue
      const found = `${addressOf(route, cwd)} is not found: ${addressOf(winner, cwd)} takes its requests and is tried first`
      findings.push(warn('route shadowed', found, 'Remove one of the two, or give the parameter a pattern that the other does not take.'))
    }
  return findings
}

/** Only routes of one method, host, version, conditions and number of segments can take each other's requests altogether. */
function siblingsOf({ endpoint, prefix, host = '', version, whenHeaders, source }: Route): string {
  const path = prefix + endpoint.path
  return [endpoint.method, host, version?.number, toConditions(whenHeaders, source)?.text, path.split('/').length].join(' ')
}

/** Whether every request for `route` is taken by `other`, which the router tries first. Where patterns decide, by examples. */
function takesAllOf(other: Route, route: Route): boolean {
  const [ours, theirs] = [route, other].map(({ prefix, endpoint: { path }, source }) => parsePath(prefix + path, source)) as [
    Segment[],
    Segment[],
  ]
  const at = ours.findIndex((segment, i) => !isSame(segment, theirs[i]))
  const [own, first] = [ours[at], theirs[at]]
  if (ours.length !== theirs.length || own?.kind !== 'constrained' || first === undefined) return false
  if (!ours.slice(at + 1).every((segment, i) => isSame(segment, theirs[at + 1 + i]))) return false
  const samples = samplesOf(own.pattern, own.test)
  if (samples.length === 0) return false
  if (first.kind === 'static') return samples.every((text) => text === first.text)
  return first.kind === 'constrained' && first.pattern < own.pattern && samples.every((text) => first.test.test(text))
}

function isSame(one: Segment, other: Segment | undefined): boolean {
  if (one.kind === 'static') return other?.kind === 'static' && one.text === other.text
  if (one.kind === 'constrained') return other?.kind === 'constrained' && one.pattern === other.pattern
  return one.kind === other?.kind
}

function unused({ served, absent, declared, cwd }: RoutesToCheck): Finding[] {
  const used = new Set([...served, ...absent].map((route) => route.declared))
  return [...declared]
    .filter(([endpoint]) => !used.has(endpoint))
    .map(([{ address }, where]) =>
      warn(
        'endpoint not served',
        `${address} is declared in ${relative(cwd, where)} and no route serves it`,
        'Implement it and list its routes, or remove it.',
      ),
    )
}

function addressOf({ endpoint, prefix, source, host = '' }: Route, cwd: string): string {
  return `${endpoint.method} ${host}${prefix}${endpoint.path} (${relative(cwd, source)})`
}

function warn(name: string, found: string, fix: string): Finding {
  return { name, status: 'warn', found, fix }
}
