import { relative } from 'node:path'
import { inspect } from '../../../app.ts'
import { pathParts } from '../../../contract/path.ts'
import { toConditions } from '../../../http/find/header-conditions.ts'
import type { Pipeline } from '../../../http/stage.ts'
import type { Command } from '../command.ts'
import { explainRoute } from '../explain-route.ts'
import { membersInWords } from '../schema-words.ts'
import { table } from '../terminal.ts'

export const routes: Command = {
  usage: 'routes',
  summary: 'List every endpoint with its name, access and input, or explain which one takes a request, and what that runs',
  flags: { explain: 'METHOD PATH', header: ['NAME: VALUE'] },
  async run({ application, sources, flags, lists, words }) {
    const inspection = inspect(await application(), { sources })
    const asked = flags.get('explain')
    if (typeof asked === 'string')
      return explainRoute(inspection, { request: [asked, ...words].join(' '), headers: lists.get('header') ?? [], cwd: sources.cwd })
    const pipelines = inspection.pipelines.filter(({ route }) => route.internal !== true)
    const all = pipelines.map((pipeline) => describe(pipeline, sources.cwd))
    return {
      json: all,
      text: (paint) =>
        `${table(
          ['method', 'path', 'auth', 'name', 'source', 'input', 'rules'],
          all.map(({ method, path, host = '', when = '', auth, name, params, query, body, source, deprecated, rules }) => [
            { text: method, colour: colours[method] },
            deprecated ? { text: `${host}${path}${when && ` ${when}`} (deprecated)`, colour: 'dim' } : host + path + (when && ` ${when}`),
            auth === 'none' ? { text: 'public', colour: 'green' } : { text: auth, colour: 'yellow' },
            { text: name, colour: 'bold' },
            { text: source, colour: 'dim' },
            inputOf({ params, query, body }),
            rules.join(', '),
          ]),
          paint,
        )}\n\n${all.length} endpoints`,
    }
  },
}

const colours = { GET: 'green', POST: 'blue', PUT: 'yellow', PATCH: 'magenta', DELETE: 'red' } as const

interface Input {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: boolean
}

function describe({ route, steps }: Pipeline, cwd: string) {
  const { name, endpoint, prefix, source, host, version, whenHeaders } = route
  const conditions = toConditions(whenHeaders, source)
  const { method, path, address, promises } = endpoint
  return {
    method,
    path: prefix + path,
    name,
    auth: String(promises.auth),
    ...(host !== undefined && { host }),
    ...(conditions && { when: conditions.text }),
    ...(version !== undefined && { version: version.number }),
    deprecated: promises.deprecated !== undefined && promises.deprecated !== false,
    params: promises.params === undefined ? untypedParams(prefix + path) : membersInWords(promises.params, `${address} params`),
    query: membersInWords(promises.query, `${address} query`),
    body: promises.body !== undefined,
    source: relative(cwd, source),
    rules: steps.filter(({ stage }) => stage === 'authorize' || stage.startsWith('rate-limit')).map(({ label }) => label),
  }
}

function untypedParams(path: string): Record<string, string> {
  return Object.fromEntries(pathParts(path).params.map(({ name }) => [name, 'string']))
}

function inputOf({ params, query, body }: Input): string {
  const list = (members: Readonly<Record<string, string>>) => Object.entries(members).map(([name, type]) => `${name}: ${type}`)
  return [...list(params), ...list(query), ...(body ? ['body'] : [])].join(', ')
}
