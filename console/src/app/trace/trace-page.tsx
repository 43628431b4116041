import { useState } from 'preact/hooks'
import type { TraceView } from '../../../../framework/src/tools/console/views.ts'
import { Icon } from '../parts/icon.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Empty } from '../parts/states.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { ViewOf } from '../parts/view-of.tsx'
import { useResource } from '../state/resource.ts'
import { base, go } from '../state/router.ts'
import { useShortcuts } from '../state/shortcuts.ts'
import { clientHalf } from './client-half.ts'
import { goBeside } from './neighbours.ts'
import { toPicture, type PictureRow } from './picture.ts'
import { RowDetails } from './row-details.tsx'
import { SmellList } from './smell-list.tsx'
import { TimeSum } from './time-sum.tsx'
import { TraceHead } from './trace-head.tsx'
import { tabsOf } from './trace-tabs.tsx'
import { Waterfall } from './waterfall.tsx'

/** One trace: everything that was recorded of it, seen from one of its operations. */
export function TracePage({ id }: { id: string }) {
  const path = `/traces/${encodeURIComponent(id)}`
  const resource = useResource<TraceView>(path)
  useShortcuts([
    { keys: 'Escape', label: 'Back to the requests', run: () => go(`${base}/requests`) },
    { keys: '[', label: 'Newer request', run: () => goBeside(id, -1) },
    { keys: ']', label: 'Older request', run: () => goBeside(id, 1) },
  ])
  if (resource.error?.status === 404) return <Forgotten />
  return (
    <div class="page trace">
      <ViewOf resource={resource}>{(view) => <Trace view={view} id={id} />}</ViewOf>
    </div>
  )
}

function Trace({ view, id }: { view: TraceView; id: string }) {
  const { operations, smells } = view
  const [chosen, choose] = useState<PictureRow | undefined>()
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [isDetailed, setDetailed] = useState(false)
  const [tab, setTab] = useState('request')
  const main = operations.find((one) => one.id === id) ?? operations.find(({ kind }) => kind === 'request') ?? operations[0]!
  const half = clientHalf(view, main)
  const picture = toPicture(half?.operations ?? operations, { closed, isDetailed, client: half?.client })
  const operation = chosen?.operation ?? main
  const toggle = ({ key, isOpen }: PictureRow) => {
    const next = new Set(closed)
    if (isOpen) next.add(key)
    else next.delete(key)
    setClosed(next)
  }
  const tabs = tabsOf(operation, operations)
  return (
    <>
      <TraceHead
        operation={main}
        traceId={view.traceId}
        count={operations.length}
        client={half?.owner === main ? half.client : undefined}
      />
      <TimeSum operation={main} />
      <SmellList smells={smells} />
      <div class={`trace-body ${chosen === undefined ? '' : 'has-details'}`}>
        <Waterfall
          picture={picture}
          selected={chosen?.key}
          select={(row) => (row.folded === undefined ? choose(row) : setDetailed(true))}
          toggle={toggle}
          isDetailed={isDetailed}
          setDetailed={setDetailed}
        />
        {chosen === undefined ? null : <RowDetails row={chosen} smells={smells} close={() => choose(undefined)} />}
      </div>
      {operation === main ? null : (
        <p class="tabs-of">
          Below: <strong>{operation.name}</strong>
        </p>
      )}
      <Tabs label="About the operation" tabs={tabs} chosen={tabs.some((one) => one.id === tab) ? tab : tabs[0]!.id} choose={setTab} />
    </>
  )
}

function Forgotten() {
  return (
    <div class="page">
      <PageHead title="Not recorded" name="Not recorded" />
      <Empty title="This process holds nothing of that request or trace">
        <p>
          It may have been pushed out by newer ones, or never have been kept: in production only failures, slow requests and a share of the
          rest are.
        </p>
        <a class="button" href={`${base}/requests`}>
          <Icon name="left" /> All requests
        </a>
      </Empty>
    </div>
  )
}
