import { signal } from '@preact/signals'

const narrow = matchMedia('(max-width: 640px)')
const isPhone = signal(narrow.matches)
narrow.addEventListener('change', ({ matches }) => (isPhone.value = matches))

/** Whether the screen is a phone's: rows then have two lines. */
export function usePhone(): boolean {
  return isPhone.value
}
