import { explain } from '../../../../framework/src/contract/trace/explain.ts'
import type { Operation } from '../../../../framework/src/std/operation.ts'
import type { Tab } from '../parts/tabs.tsx'
import { BodyView } from './body-view.tsx'
import { ErrorPanel } from './error-panel.tsx'
import { HeaderTable } from './header-table.tsx'
import { LogsPanel } from './logs-panel.tsx'
import { QueriesPanel } from './queries-panel.tsx'
import { RawHeads } from './raw-heads.tsx'

/** What there is to read about an operation: no tab is empty that need not be there. */
export function tabsOf(operation: Operation, operations: readonly Operation[]): Tab[] {
  const { http, spans, logs, error } = operation
  const tabs: Tab[] = []
  if (error !== undefined) tabs.push({ id: 'error', label: 'Error', isBad: true, content: () => <ErrorPanel error={error} /> })
  if (http !== undefined) {
    tabs.push({
      id: 'request',
      label: 'Request',
      content: () => (
        <>
          <BodyView body={http.requestBody} bytes={http.requestBytes} type={header(http.requestHeaders, 'content-type')} />
          <HeaderTable
            caption={`Headers · HTTP/${http.version}${http.ip === undefined ? '' : ` from ${http.ip}`}`}
            headers={http.requestHeaders}
          />
        </>
      ),
    })
    tabs.push({
      id: 'response',
      label: 'Response',
      content: () => (
        <>
          <BodyView body={http.responseBody} bytes={http.responseBytes} type={header(http.responseHeaders, 'content-type')} />
          <HeaderTable caption="Headers" headers={http.responseHeaders} />
        </>
      ),
    })
  }
  const queries = spans.filter(({ kind }) => kind === 'sql')
  if (queries.length > 0)
    tabs.push({ id: 'queries', label: 'Queries', count: queries.length, content: () => <QueriesPanel queries={queries} /> })
  tabs.push({ id: 'logs', label: 'Logs', count: logs.length, content: () => <LogsPanel logs={logs} startedAt={operation.startedAt} /> })
  const { requestHead, responseHead } = http ?? {}
  if (requestHead !== undefined || responseHead !== undefined)
    tabs.push({ id: 'raw', label: 'Raw', content: () => <RawHeads request={requestHead} response={responseHead} /> })
  tabs.push({ id: 'explain', label: 'Explain', content: () => <Explanation operation={operation} operations={operations} /> })
  return tabs
}

function header(headers: readonly (readonly [string, string])[], wanted: string): string | undefined {
  return headers.find(([name]) => name === wanted)?.[1]
}

function Explanation({ operation, operations }: { operation: Operation; operations: readonly Operation[] }) {
  return (
    <dl class="sentences">
      {explain(operations, operation.id).map(({ about, text }) => (
        <div key={about + text}>
          <dt>{about}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}
