import { signal } from '@preact/signals'
import type { OverviewView } from '../../../../framework/src/tools/console/views.ts'
import { ApiError, read } from './api.ts'

/** What runs, as the head of every page says it. */
export const overview = signal<OverviewView | undefined>(undefined)
/** Why there is none: the application does not answer, or has no console. */
export const trouble = signal<ApiError | undefined>(undefined)

const everyMs = 5000

/** Asks now and then, so that a restart or a stop is seen on every page. */
export function watchOverview(): void {
  const load = async () => {
    await loadOverview()
    setTimeout(() => void load(), everyMs)
  }
  void load()
}

export async function loadOverview(): Promise<void> {
  try {
    overview.value = await read<OverviewView>('/overview')
    trouble.value = undefined
  } catch (error) {
    if (error instanceof ApiError) trouble.value = error.status === 401 ? undefined : error
  }
}
