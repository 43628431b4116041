import { boot, type Application, type BootOptions, type Running } from '../../app.ts'

/**
 * Boots an application for tests: on a free port, in test mode, without log lines, with nothing taken from the environment, and refusing nobody
 * because a busy machine is slow.
 *
 * `close()` rejects when the application answered with a problem that its contract does not declare: callers cannot be typed for it.
 *
 * ```ts
 * import { application } from 'throughline'
 * import { serverSettings, settings } from 'throughline/config'
 * import { bootTest } from 'throughline/testing'
 *
 * const app = application({ name: 'notes', version: '1.0.0', settings: settings(serverSettings), wire: () => ({ routes: [] }) })
 * const { url, close } = await bootTest(app)
 * await fetch(`${url}/health/live`)
 * await close()
 * ```
 */
export async function bootTest(
  of: Application,
  overrides: Readonly<Record<string, unknown>> = {},
  options: BootOptions = {},
): Promise<Running> {
  const breaches = new Set<string>()
  const running = await boot(of, {
    onBreach: (route, code) => breaches.add(`${route} answered ${code}`),
    ...options,
    sources: {
      env: {},
      argv: [],
      mode: 'test',
      overrides: { port: 0, logLevel: 'silent', idleLinger: 0, loadShedding: false, ...overrides },
      ...options.sources,
    },
  })
  return {
    ...running,
    async close() {
      const code = await running.close()
      if (breaches.size > 0)
        throw new Error(`Not in the contract:\n${[...breaches].join('\n')}\nAdd the problems to \`errors\` of these endpoints.`)
      return code
    },
  }
}
