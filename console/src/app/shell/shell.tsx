import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { IconButton } from '../parts/icon-button.tsx'
import { Empty } from '../parts/states.tsx'
import { isClosed } from '../state/api.ts'
import { overview, trouble } from '../state/overview.ts'
import { base, go, place } from '../state/router.ts'
import { useShortcuts } from '../state/shortcuts.ts'
import { nextTheme } from '../state/theme.ts'
import { CommandPalette, openPalette } from './command-palette.tsx'
import { KeyHelp, openKeyHelp } from './key-help.tsx'
import { Navigation } from './navigation.tsx'
import { pagesOf } from './pages.ts'
import { SignIn } from './sign-in.tsx'

const menuIsOpen = signal(false)

/** The frame around every page. */
export function Shell() {
  const { page, rest } = place.value
  useShortcuts([
    { keys: '?', label: 'Show the keys', run: openKeyHelp },
    { keys: 't', label: 'Change the theme', run: nextTheme },
    ...pagesOf(overview.value).map(({ id, label, key }) => ({ keys: `g ${key}`, label: `Go to ${label}`, run: () => go(`${base}/${id}`) })),
  ])
  useEffect(() => void (menuIsOpen.value = false), [page, rest])
  return (
    <div class={`shell ${menuIsOpen.value ? 'has-menu' : ''}`}>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="top">
        <IconButton
          icon="menu"
          label={menuIsOpen.value ? 'Close the menu' : 'Open the menu'}
          press={() => (menuIsOpen.value = !menuIsOpen.value)}
        />
        <a class="brand" href={base}>
          {overview.value?.name ?? 'Console'}
        </a>
        <IconButton icon="search" label="Find anything" press={openPalette} />
      </header>
      <Navigation />
      <main id="main" tabIndex={-1}>
        {trouble.value === undefined ? null : (
          <p class="banner" role="status">
            {trouble.value.message}
          </p>
        )}
        <CurrentPage />
      </main>
      <CommandPalette />
      <KeyHelp />
    </div>
  )
}

function CurrentPage() {
  if (isClosed.value) return <SignIn />
  const { page } = place.value
  const found = pagesOf(overview.value).find(({ id }) => id === page)
  if (found !== undefined) return <found.view />
  if (overview.value === undefined) return null
  return (
    <>
      <h1 tabIndex={-1} class="unseen">
        Not found
      </h1>
      <Empty title={`There is no page “${page}”`}>
        <p>
          Its service may not be part of this application. <a href={base}>See the requests</a>, or press <kbd>?</kbd> for what there is.
        </p>
      </Empty>
    </>
  )
}
