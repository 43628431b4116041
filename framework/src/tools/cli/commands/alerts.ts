import { inspect } from '../../../app.ts'
import { toYaml } from '../../../contract/yaml.ts'
import { alertRules } from '../../../system/metrics/index.ts'
import type { Command } from '../command.ts'

export const alerts: Command = {
  usage: 'alerts',
  summary: 'Print alerting rules for Prometheus: the objectives, what is nearly full, and whether anybody watches',
  async run({ application, sources }) {
    const of = await application()
    const { objectives, onCall } = inspect(of, { sources })
    const rules = alertRules(of.name, objectives, onCall)
    return { json: rules, text: () => toYaml(rules).trimEnd() }
  },
}
