import { effect, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const order: readonly Theme[] = ['system', 'light', 'dark']
const systemIsDark = matchMedia('(prefers-color-scheme: dark)')

export const theme = signal<Theme>(stored())
/** Counts changes of what is seen: what is drawn with colours that it read from the styles draws again. */
export const paint = signal(0)

function stored(): Theme {
  const kept = localStorage.getItem('console.theme')
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export function nextTheme(): void {
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length]!
}

export function applyTheme(): void {
  systemIsDark.addEventListener('change', () => paint.value++)
  effect(() => {
    if (theme.value === 'system') {
      localStorage.removeItem('console.theme')
      delete document.documentElement.dataset['theme']
    } else {
      localStorage.setItem('console.theme', theme.value)
      document.documentElement.dataset['theme'] = theme.value
    }
    paint.value = paint.peek() + 1
  })
}
