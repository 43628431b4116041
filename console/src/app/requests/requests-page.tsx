import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Empty, Failure, Loading } from '../parts/states.tsx'
import { plural } from '../state/format.ts'
import { usePhone } from '../state/screen.ts'
import { base, go, place } from '../state/router.ts'
import { useShortcuts } from '../state/shortcuts.ts'
import { TracePage } from '../trace/trace-page.tsx'
import { feed, keyOf } from './feed.ts'
import { FilterBar } from './filter-bar.tsx'
import { filterQuery } from './filters.ts'
import { useListKeys } from './list-keys.ts'
import { RequestRow } from './request-row.tsx'
import { VirtualList } from './virtual-list.tsx'

export function RequestsPage() {
  const { rest } = place.value
  return rest === '' ? <RequestList /> : <TracePage key={rest} id={rest} />
}

function RequestList() {
  const query = filterQuery(place.value.query)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => void feed.follow(query), [query])
  useEffect(() => () => feed.close(), [])
  const toggle = () => (feed.isPaused.value ? feed.resume() : feed.pause())
  useShortcuts([
    { keys: 'p', label: 'Pause or resume', run: toggle },
    { keys: 'x', label: 'Clear the list', run: () => feed.clear() },
  ])
  useListKeys(list)
  return (
    <div class="page page-full">
      <PageHead title="Requests" name="Requests">
        <LiveState />
        <button type="button" onClick={toggle} aria-keyshortcuts="p">
          <Icon name={feed.isPaused.value ? 'play' : 'pause'} />
          {feed.isPaused.value ? (feed.waiting.value === 0 ? 'Resume' : `Show ${feed.waiting.value} new`) : 'Pause'}
        </button>
      </PageHead>
      <FilterBar />
      <div ref={list} class="requests">
        <Rows isFiltered={query !== ''} />
      </div>
    </div>
  )
}

function LiveState() {
  const { state, isPaused, skipped } = feed
  const word = isPaused.value ? 'paused' : state.value
  const more = skipped.value === 0 ? '' : ` · ${plural(skipped.value, 'more', 'more')} not shown`
  return (
    <span class="live" role="status">
      <span class={`dot is-${word}`} /> {word}
      {more}
    </span>
  )
}

function Rows({ isFiltered }: { isFiltered: boolean }) {
  const isPhone = usePhone()
  const rows = feed.rows.value
  const error = feed.error.value
  if (error !== undefined) return <Failure error={error} retry={() => void feed.follow(filterQuery(place.value.query))} />
  if (rows.length === 0) return feed.state.value === 'connecting' ? <Loading lines={12} /> : <Nothing isFiltered={isFiltered} />
  const longest = rows.slice(0, 200).reduce((most, { ms }) => Math.max(most, ms), 0)
  return (
    <div role="table" aria-label="Requests, newest first" aria-rowcount={rows.length + 1} class="request-table">
      <div role="rowgroup" class="rows-head">
        <div role="row" class="row row-head" aria-rowindex={1}>
          {['Time', 'Status', 'Request', 'Queries', 'Kept', 'Took', 'In what'].map((title) => (
            <span key={title} role="columnheader" class={`head-${title.toLowerCase().replace(' ', '-')}`}>
              {title}
            </span>
          ))}
        </div>
      </div>
      <VirtualList rows={rows} keyOf={keyOf} rowHeight={isPhone ? 52 : 32} draw={(row) => <RequestRow row={row} longest={longest} />} />
    </div>
  )
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty title="Nothing that was recorded fits the filters">
        <button type="button" onClick={() => go(`${base}/requests`)}>
          Take the filters away
        </button>
      </Empty>
    )
  return (
    <Empty title="No request yet">
      <p>Send one, and it appears here at once:</p>
      <pre>curl {location.origin}/</pre>
      <p>
        Or try an operation in the <a href="/docs">API reference</a>.
      </p>
    </Empty>
  )
}
