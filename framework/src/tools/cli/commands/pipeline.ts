import { relative } from 'node:path'
import { inspect } from '../../../app.ts'
import { toConditions } from '../../../http/find/header-conditions.ts'
import type { Command } from '../command.ts'
import { findRoutes } from '../find-routes.ts'

export const pipeline: Command = {
  usage: 'pipeline ROUTE',
  summary: 'Show what one endpoint runs, in order: by name, path, or "POST /path"',
  async run({ application, sources, words }) {
    const wanted = words.join(' ')
    const { pipelines } = inspect(await application(), { sources })
    const found = findRoutes(pipelines, wanted).map(({ label, route, steps }) => ({
      route: [route.host, label, toConditions(route.whenHeaders, route.source)?.text].filter(Boolean).join(' '),
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
