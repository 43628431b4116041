import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { overview } from '../state/overview.ts'
import { place, takeMove } from '../state/router.ts'

export interface PageHeadProps {
  readonly title: ComponentChildren
  /** For the browser's tab, where the title is not plain text. */
  readonly name: string
  readonly children?: ComponentChildren
}

/** The head of a page: its title, and what can be done on it. */
export function PageHead({ title, name, children }: PageHeadProps) {
  const application = overview.value?.name
  const heading = useRef<HTMLHeadingElement>(null)
  const { page, rest } = place.value
  // Whoever cannot see that the page changed is told by its title.
  useEffect(() => {
    if (takeMove()) heading.current?.focus()
  }, [page, rest])
  useEffect(() => {
    document.title = application === undefined ? name : `${name} · ${application}`
  }, [name, application])
  return (
    <header class="page-head">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children === undefined ? null : <div class="page-tools">{children}</div>}
    </header>
  )
}
