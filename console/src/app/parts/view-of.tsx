import type { ComponentChild } from 'preact'
import type { Resource } from '../state/resource.ts'
import { Failure, Loading } from './states.tsx'

export interface ViewOfProps<View> {
  readonly resource: Resource<View>
  readonly children: (view: View) => ComponentChild
}

/** A resource in each of its states: what was read stays on the page when reading it again fails. */
export function ViewOf<View>({ resource: { view, error, reload }, children }: ViewOfProps<View>) {
  return (
    <>
      {error === undefined ? null : <Failure error={error} retry={reload} />}
      {view === undefined ? error === undefined ? <Loading /> : null : children(view)}
    </>
  )
}
