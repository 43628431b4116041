import { explainSetting, type Settings, type Sources } from '../../system/config/index.ts'
import type { SettingsView } from './system-views.ts'

/** Every setting, what was offered for it by whom, and what counts. Secrets are masked by those who explain them. */
export function settingsView(settings: Settings, sources: Sources): SettingsView {
  return {
    settings: settings.all.map(({ key, leaf }) => {
      const { describe, expected, candidates } = explainSetting(settings, sources, key)
      const winner = candidates.find(({ wins }) => wins)
      return {
        key,
        describe,
        expected,
        value: winner?.text ?? '',
        source: winner?.source ?? 'none',
        candidates,
        secret: leaf.type === 'secret',
      }
    }),
  }
}
