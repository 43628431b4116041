import { inspect } from '../../../app.ts'
import { corsRefusals, type CorsPolicy } from '../../../contract/cors.ts'
import { BootError } from '../../../std/errors.ts'
import type { Answer, Command, Invocation } from '../command.ts'
import { findRoutes } from '../find-routes.ts'

export const cors: Command = {
  usage: 'cors explain ROUTE --origin ORIGIN',
  summary: 'Say whether a page of another origin may call an endpoint, and by which rule',
  flags: { origin: 'ORIGIN', method: 'METHOD', header: 'NAMES' },
  async run({ application, sources, words: [action, ...route], flags }) {
    if (action !== 'explain')
      throw new BootError('usage-wrong', action === undefined ? 'cors what?' : `cors cannot ${action}.`, { fix: 'It can: explain ROUTE.' })
    const origin = valueOf(flags, 'origin')
    if (origin === undefined) throw new BootError('usage-wrong', 'From which origin?', { fix: 'Add --origin https://app.example.com.' })
    const { pipelines, cors: byDefault } = inspect(await application(), { sources })
    const { endpoint, prefix, name } = findRoutes(pipelines, route.join(' '))[0]!.route
    const path = prefix + endpoint.path
    const policy = endpoint.promises.cors ?? byDefault
    const owner = endpoint.promises.cors === undefined ? 'the application' : name
    if (policy === undefined || policy === 'none')
      return verdict({
        path,
        rule: `${owner} has ${policy === 'none' ? "cors: 'none'" : 'no CORS policy'}`,
        refusals: ['no page of another origin may call'],
      })
    const routed = pipelines
      .map((one) => one.route)
      .filter((one) => one.prefix + one.endpoint.path === path && (one.endpoint.promises.cors ?? byDefault) === policy)
      .map((one) => one.endpoint.method)
    const method = valueOf(flags, 'method')?.toUpperCase() ?? endpoint.method
    const refusals = corsRefusals(policy, { origin, method, headers: valueOf(flags, 'header') ?? '', routed })
    return verdict({ path, rule: `the policy of ${owner}${admission(policy, origin)}`, refusals })
  },
}

function valueOf(flags: Invocation['flags'], name: string): string | undefined {
  const value = flags.get(name)
  return typeof value === 'string' ? value : undefined
}

function admission({ origins, allowsOrigin }: CorsPolicy, origin: string): string {
  if (!allowsOrigin(origin)) return ''
  if (origins === '*') return ', which admits everybody'
  const entry = origins.includes(origin)
    ? origin
    : origins.find((one) => one instanceof RegExp && new RegExp(one.source, one.flags).test(origin))
  return `, which admits ${String(entry)}`
}

function verdict({ path, rule, refusals }: { path: string; rule: string; refusals: readonly string[] }): Answer {
  const isAllowed = refusals.length === 0
  return {
    json: { path, allowed: isAllowed, rule, refusals },
    text: (paint) =>
      [`${isAllowed ? paint('green', 'allow') : paint('red', 'deny')}  ${path}  ${rule}`, ...refusals.map((one) => `  ${one}`)].join('\n'),
    exitCode: isAllowed ? 0 : 1,
  }
}
