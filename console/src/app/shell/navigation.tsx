import { Icon } from '../parts/icon.tsx'
import { isClosed } from '../state/api.ts'
import { overview, trouble } from '../state/overview.ts'
import { base, place } from '../state/router.ts'
import { nextTheme, theme } from '../state/theme.ts'
import { openPalette } from './command-palette.tsx'
import { openKeyHelp } from './key-help.tsx'
import { pagesOf, type Page } from './pages.ts'

const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

export function Navigation() {
  const all = pagesOf(overview.value)
  return (
    <div class="side">
      <Identity />
      <button type="button" class="finder" onClick={openPalette}>
        <Icon name="search" /> Find anything <kbd>{isMac ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <nav aria-label="Console">
        <ul>
          {all.map((page) => (
            <Entry key={page.id} page={page} />
          ))}
          <li>
            <a href="/docs" target="_blank" rel="noopener">
              <Icon name="api" /> API reference <Icon name="external" />
            </a>
          </li>
        </ul>
      </nav>
      <div class="side-foot">
        <button type="button" class="quiet" onClick={nextTheme}>
          <Icon name="theme" /> Theme: {theme.value}
        </button>
        <button type="button" class="quiet" onClick={openKeyHelp}>
          <Icon name="keys" /> Keys <kbd>?</kbd>
        </button>
      </div>
    </div>
  )
}

function Entry({ page: { id, label, key } }: { page: Page }) {
  return (
    <li>
      <a href={`${base}/${id}`} aria-current={place.value.page === id ? 'page' : undefined} title={`g ${key}`}>
        <Icon name={id} /> {label}
      </a>
    </li>
  )
}

/** Which process this is about: nobody should change the wrong one. */
function Identity() {
  const view = overview.value
  const state = trouble.value !== undefined ? 'away' : isClosed.value ? 'closed' : (view?.state ?? 'loading')
  return (
    <section class="identity" aria-label="The process">
      <a class="brand" href={base}>
        {view?.name ?? 'Console'}
        {view === undefined ? null : <span class="version">{view.version}</span>}
      </a>
      <p class="identity-state">
        <span class={`dot is-${state}`} />
        <span role="status">{state}</span>
        {view === undefined ? null : <span class={`mode is-${view.mode}`}>{view.mode}</span>}
      </p>
    </section>
  )
}
