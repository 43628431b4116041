import { inspect } from '../../../app.ts'
import { toYaml } from '../../../contract/yaml.ts'
import type { Command } from '../command.ts'

export const openapi: Command = {
  usage: 'openapi',
  summary: 'Print the OpenAPI 3.1 document; --yaml for YAML',
  flags: { yaml: true },
  async run({ application, sources, flags }) {
    const document = inspect(await application(), { sources }).openapi()
    return { json: document, text: () => (flags.has('yaml') ? toYaml(document).trimEnd() : JSON.stringify(document, null, 2)) }
  },
}
