import { endpoint } from '../../contract/endpoint.ts'
import { ownSchema } from '../../contract/json-schema/schema.ts'
import { problem } from '../../contract/problem.ts'
import { BadRequest, NotFound } from '../../contract/problems.ts'
import type { Schema } from '../../contract/standard-schema.ts'
import { errorTable } from '../../std/error-table.ts'
import type { Profile } from '../../std/profile.ts'
import { Timings } from './timings-schema.ts'
import type { ErrorGroupView, ErrorsView, OperationsView, OverviewView, TraceView } from './views.ts'
import type { ChartsView, DatabaseView, HealthView, PlanView, RoutesView, SettingsView, WhyView } from './system-views.ts'

// What the console's pages ask for. It is no part of the application's API: see `Route.internal`.

const base = { tags: ['Console'], auth: 'none', rateLimit: 'none' } as const

export const ConsoleClosed = problem('console-closed', 401, undefined, {
  title: errorTable['console-closed'].title,
  detail: () => 'The console is closed: sign in with its token.',
})
const errors = [ConsoleClosed, NotFound] as const
export const ProfileRunning = problem('profile-running', 409, undefined, {
  title: errorTable['profile-running'].title,
  detail: () => 'Another profile is being taken.',
})

export const openSession = endpoint('POST /api/session', {
  ...base,
  summary: 'Sign in with the console’s token',
  body: ownSchema<{ token: string }>({
    type: 'object',
    properties: { token: { type: 'string', maxLength: 4096 } },
    required: ['token'],
    additionalProperties: false,
  }),
  status: 204,
  rateLimit: '10/minute',
  errors,
})
export const closeSession = endpoint('DELETE /api/session', { ...base, summary: 'Sign out', status: 204, errors })

export const readOverview = endpoint('GET /api/overview', { ...base, summary: 'What is running', returns: json<OverviewView>(), errors })

const filters = {
  kind: { type: 'string', enum: ['request', 'background', 'job', 'schedule', 'command'] },
  outcome: { type: 'string', enum: ['ok', 'refused', 'failed'] },
  name: { type: 'string', maxLength: 300, description: 'The route or job, whole.' },
  text: { type: 'string', maxLength: 300, description: 'Anywhere in its address, id, actor or error.' },
  status: { type: 'integer', minimum: 100, maximum: 599 },
  minMs: { type: 'number', minimum: 0 },
  before: { type: 'number', description: 'Milliseconds since 1970: only what began earlier.' },
  limit: { type: 'integer', minimum: 1, maximum: 500, default: 100 },
}
/** Which operations a list or a live view shows. */
export interface Filters {
  readonly kind?: string
  readonly outcome?: string
  readonly name?: string
  readonly text?: string
  readonly status?: number
  readonly minMs?: number
  readonly before?: number
  readonly limit?: number
}
const query = ownSchema<Filters>({ type: 'object', properties: filters })

export const listOperations = endpoint('GET /api/operations', {
  ...base,
  summary: 'What was recorded, newest first',
  query,
  returns: json<OperationsView>(),
  errors,
})
/** Server-sent events: `rows` with a JSON array of `OperationRow`, some times a second. */
export const watchOperations = endpoint('GET /api/operations/live', {
  ...base,
  summary: 'What is being recorded',
  query,
  mediaType: 'text/event-stream',
  deadline: 86_400_000,
  errors,
})
export const readTrace = endpoint('GET /api/traces/{id}', {
  ...base,
  summary: 'One trace, by its id or by that of a request or job',
  returns: json<TraceView>(),
  errors,
})
export const putClientTimings = endpoint('PUT /api/operations/{id}/client', {
  ...base,
  summary: 'Tell what the client saw of a request: its half of the waterfall',
  body: Timings,
  bodyLimit: 32_768,
  status: 204,
  errors: [...errors, BadRequest],
})
export const listRoutes = endpoint('GET /api/routes', {
  ...base,
  summary: 'Every route and its pipeline',
  returns: json<RoutesView>(),
  errors,
})
export const readWhy = endpoint('GET /api/why', {
  ...base,
  summary: 'Where the time of a route goes',
  query: ownSchema<{ route: string }>({
    type: 'object',
    properties: { route: { type: 'string', maxLength: 300, description: '`GET /notes/{id}`, or the name of its endpoint.' } },
    required: ['route'],
  }),
  returns: json<WhyView>(),
  errors,
})
export const readDatabase = endpoint('GET /api/database', { ...base, summary: 'The database', returns: json<DatabaseView>(), errors })
export const planStatement = endpoint('POST /api/database/plan', {
  ...base,
  summary: 'How the database would run a statement that was seen before',
  body: ownSchema<{ sql: string }>({
    type: 'object',
    properties: { sql: { type: 'string', maxLength: 20_000 } },
    required: ['sql'],
    additionalProperties: false,
  }),
  status: 200,
  returns: json<PlanView>(),
  errors,
})
export const listSettings = endpoint('GET /api/settings', {
  ...base,
  summary: 'Every setting and where it came from',
  returns: json<SettingsView>(),
  errors,
})
export const readCharts = endpoint('GET /api/charts', {
  ...base,
  summary: 'Rates, errors, durations and how full everything is',
  query: ownSchema<{ minutes?: number }>({
    type: 'object',
    properties: { minutes: { type: 'integer', minimum: 1, maximum: 21_600, default: 15 } },
  }),
  returns: json<ChartsView>(),
  errors,
})
export const readHealth = endpoint('GET /api/health', {
  ...base,
  summary: 'How everything is, and what a stop would do',
  returns: json<HealthView>(),
  errors,
})
export const takeProfile = endpoint('POST /api/profile', {
  ...base,
  summary: 'What the process is busy with, measured for some seconds',
  body: ownSchema<{ kind?: Profile['kind']; seconds?: number; format?: 'tree' | 'devtools' }>({
    type: 'object',
    properties: {
      kind: { type: 'string', enum: ['cpu', 'allocation'], default: 'cpu' },
      seconds: { type: 'number', minimum: 1, maximum: 30, default: 5 },
      format: {
        type: 'string',
        enum: ['tree', 'devtools'],
        description: 'As the console shows it, or as Chrome opens it.',
        default: 'tree',
      },
    },
    additionalProperties: false,
  }),
  status: 200,
  returns: json<Profile | object>(),
  deadline: 60_000,
  errors: [...errors, ProfileRunning],
})
export const setLogLevel = endpoint('PUT /api/log-level', {
  ...base,
  summary: 'Write more of the log, for a while',
  body: ownSchema<{ level: 'debug' | 'info' | 'warn' | 'error'; minutes?: number; module?: string; userId?: string }>({
    type: 'object',
    properties: {
      level: { type: 'string', enum: ['debug', 'info', 'warn', 'error'] },
      minutes: { type: 'integer', minimum: 1, maximum: 240 },
      module: { type: 'string', maxLength: 100, description: 'Only lines of this module, and of those below it.' },
      userId: { type: 'string', maxLength: 200, description: 'Only lines of requests that this actor makes.' },
    },
    required: ['level'],
    additionalProperties: false,
  }),
  status: 204,
  errors,
})
export const listErrors = endpoint('GET /api/errors', {
  ...base,
  summary: 'What went wrong, in groups',
  returns: json<ErrorsView>(),
  errors,
})
export const markError = endpoint('PUT /api/errors/{fingerprint}', {
  ...base,
  summary: 'Resolve, ignore, snooze or reopen a group',
  body: ownSchema<{ state: ErrorGroupView['state'] }>({
    type: 'object',
    properties: { state: { type: 'string', enum: ['open', 'resolved', 'ignored', 'snoozed'] } },
    required: ['state'],
    additionalProperties: false,
  }),
  status: 204,
  errors,
})

/** Typed by its views and not member by member: what the console shows is this process's own. */
function json<Value>(): Schema<Value> {
  return {
    '~standard': {
      version: 1,
      vendor: 'throughline',
      validate: (value) => ({ value: value as Value }),
      jsonSchema: { input: () => ({}), output: () => ({}) },
    },
  }
}
