import { relative } from 'node:path'
import { inspect } from '../../../app.ts'
import type { Pipeline } from '../../../http/stage.ts'
import { BootError } from '../../../std/errors.ts'
import { suggestion } from '../../../system/config/suggest.ts'
import type { Command } from '../command.ts'

export const pipeline: Command = {
  usage: 'pipeline ROUTE',
  summary: 'Show what one endpoint runs, in order: by name, path, or "POST /path"',
  async run({ application, sources, words }) {
    const wanted = words.join(' ')
    const { pipelines } = inspect(await application(), { sources })
    const found = find(pipelines, wanted).map(({ label, route, steps }) => ({
      route: label,
      name: route.name,
      source: relative(sources.cwd, route.source),
      steps: steps.map(({ stage, label: text }) => ({ stage, label: text })),
    }))
    return {
      json: found,
      text: (paint) =>
        found
          .map(({ route, name, source, steps }) => {
            const head = `${paint('bold', route)}  ${name}  ${paint('dim', source)}`
            const width = String(steps.length).length
            return [head, ...steps.map(({ label }, index) => `  ${paint('dim', String(index + 1).padStart(width))}  ${label}`)].join('\n')
          })
          .join('\n\n'),
    }
  },
}

function find(pipelines: readonly Pipeline[], wanted: string): Pipeline[] {
  if (wanted === '')
    throw new BootError('usage-wrong', 'Which endpoint?', { fix: '`throughline routes` lists them: give a name, a path, or "POST /path".' })
  const names = (one: Pipeline) => [one.route.name, one.label, one.label.slice(one.label.indexOf(' ') + 1)]
  const found = pipelines.filter((one) => names(one).some((name) => name.toLowerCase() === wanted.toLowerCase()))
  if (found.length > 0) return found
  const close = suggestion(wanted, pipelines.flatMap(names))
  throw new BootError('usage-wrong', `There is no endpoint ${wanted}.${close}`, { fix: '`throughline routes` lists them.' })
}
