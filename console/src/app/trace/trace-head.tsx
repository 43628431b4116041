import type { ClientTimings } from '../../../../framework/src/contract/trace/client-timings.ts'
import type { Operation } from '../../../../framework/src/std/operation.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Fact, Facts } from '../parts/facts.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { Icon } from '../parts/icon.tsx'
import { MethodName } from '../parts/method-name.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { toClock, toDate, toDuration } from '../state/format.ts'
import { base } from '../state/router.ts'
import { feed } from '../requests/feed.ts'
import { toCurl } from './curl.ts'
import { goBeside } from './neighbours.ts'

export interface TraceHeadProps {
  readonly operation: Operation
  readonly traceId: string
  readonly count: number
  readonly client: ClientTimings | undefined
}

export function TraceHead({ operation, traceId, count, client }: TraceHeadProps) {
  const { id, name, http, status, outcome, ms, startedAt, kind } = operation
  const rows = feed.rows.value
  const at = rows.findIndex((row) => row.id === id)
  return (
    <>
      <p class="crumbs">
        <a href={`${base}/requests`}>
          <Icon name="left" /> Requests
        </a>
        {at < 0 ? null : (
          <span class="tools-group">
            <IconButton icon="up" label="Newer request" hint="[" press={() => goBeside(id, -1)} isDisabled={at === 0} />
            <IconButton icon="down" label="Older request" hint="]" press={() => goBeside(id, 1)} isDisabled={at === rows.length - 1} />
          </span>
        )}
      </p>
      <PageHead name={name} title={<MethodName method={http?.method} path={http?.target ?? name} />}>
        {http === undefined ? null : <CopyButton label="Copy as curl" text={() => toCurl(location.origin, http)} />}
        <CopyButton label="Copy link" text={() => `${location.origin}${base}/requests/${encodeURIComponent(id)}`} />
      </PageHead>
      <Facts>
        <Fact name="Status">
          <StatusBadge status={status} outcome={outcome} />
        </Fact>
        <Fact name="Took">{toDuration(ms)}</Fact>
        {client === undefined ? null : <Fact name="For the client">{toDuration(client.total)}</Fact>}
        <Fact name={kind === 'request' ? 'Route' : 'Kind'}>
          {kind === 'request' ? <a href={`${base}/requests?name=${encodeURIComponent(name)}`}>{name}</a> : kind}
        </Fact>
        <Fact name="Began">
          <time dateTime={new Date(startedAt).toISOString()} title={toDate(startedAt)}>
            {toClock(startedAt)}
          </time>
        </Fact>
        {http?.actor === undefined ? null : <Fact name="Actor">{http.actor}</Fact>}
        <Fact name="Id">
          <code>{id}</code>
        </Fact>
        {traceId === id.replaceAll('-', '') ? null : (
          <Fact name="Trace">
            <code>{traceId}</code>
          </Fact>
        )}
        {count > 1 ? <Fact name="Operations">{count}</Fact> : null}
      </Facts>
    </>
  )
}
