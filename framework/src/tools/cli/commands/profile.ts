import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { sayBlocker, sayPlace } from '../../../contract/trace/profile-words.ts'
import { percent } from '../../../contract/trace/why.ts'
import { AppError, BootError } from '../../../std/errors.ts'
import type { Profile } from '../../../std/profile.ts'
import { askConsoleApi, consoleFlags, withConsole } from '../ask-application.ts'
import type { Command, Invocation } from '../command.ts'
import { table, visible, type Paint } from '../terminal.ts'

export const profile: Command = {
  usage: 'profile',
  summary: 'Watch for some seconds what a running application is busy with: its hottest functions, and what blocks its event loop',
  flags: { seconds: 'N', kind: 'cpu|allocation', cpuprofile: 'FILE', ...consoleFlags },
  run(invocation) {
    const { seconds, kind, file } = optionsOf(invocation)
    const ask = { seconds, kind, format: file === undefined ? 'tree' : 'devtools' }
    return withConsole(
      invocation,
      async (asking) => {
        const { status, view } = await askConsoleApi(asking, '/profile', ask)
        if (status !== 200)
          throw new AppError({ status, code: String(view['code']), title: String(view['title']), detail: textOf(view['detail']) })
        if (file !== undefined) {
          writeFileSync(file, JSON.stringify(view))
          return { json: { file, seconds, kind }, text: () => `Written to ${file}: open it in the DevTools of Chrome.` }
        }
        if (!isProfile(view)) throw new BootError('answer-broken', `${asking.url.origin} answered with something else.`)
        return { json: view, text: (paint) => toText(view, paint) }
      },
      (seconds + 30) * 1000,
    )
  },
}

function optionsOf({ flags, words, sources }: Invocation): { seconds: number; kind: Profile['kind']; file: string | undefined } {
  if (words.length > 0) throw new BootError('usage-wrong', `profile takes no ${words[0]}.`)
  const seconds = Number(flags.get('seconds') ?? 5)
  if (!(seconds >= 1 && seconds <= 30)) throw new BootError('usage-wrong', '--seconds is a number from 1 to 30.')
  const kind = flags.get('kind') ?? 'cpu'
  if (kind !== 'cpu' && kind !== 'allocation') throw new BootError('usage-wrong', '--kind is cpu or allocation.')
  const file = flags.get('cpuprofile')
  return { seconds, kind, file: typeof file === 'string' ? resolve(sources.cwd, file) : undefined }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Whoever answers there may be anybody. */
function isProfile(view: object): view is Profile {
  const { hottest, blockers, total } = view as Partial<Profile>
  return Array.isArray(hottest) && Array.isArray(blockers) && typeof total === 'number'
}

const mostRows = 25

function toText(view: Profile, paint: Paint): string {
  const { unit, ms, idle, total, hottest, blockers } = view
  const scale = unit === 'ms' ? 1 : 1024
  const name = unit === 'ms' ? 'ms' : 'KiB'
  const head =
    unit === 'ms'
      ? `${(ms / 1000).toFixed(1)} s watched: ${percent(total / Math.max(1, total + idle))} busy`
      : `${(ms / 1000).toFixed(1)} s watched: ${Math.round(total / scale)} KiB asked for`
  const rows = hottest
    .slice(0, mostRows)
    .map((one) => [
      (one.own / scale).toFixed(1).padStart(8),
      percent(one.own / Math.max(total, Number.EPSILON)).padStart(5),
      (one.total / scale).toFixed(1).padStart(8),
      one.name,
      { text: sayPlace(one, one.hotLine), colour: 'dim' as const },
    ])
  const blocked = blockers.map((one) => paint('yellow', visible(sayBlocker(one))))
  const heading = [`own ${name}`, 'share', `total ${name}`, 'function', 'where']
  return [head, '', table(heading, rows, paint), ...(blocked.length === 0 ? [] : ['', ...blocked])].join('\n')
}
