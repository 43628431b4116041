import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { importsOf, none, root, sourceFiles } from './source-tree.ts'

interface Door {
  readonly '@throughline/source': string
  readonly types: string
  readonly default: string
}

const framework = join(root, 'framework')
const manifest = JSON.parse(readFileSync(join(framework, 'package.json'), 'utf8')) as {
  exports: Record<string, Door | string>
  files: string[]
}
const doors = Object.entries(manifest.exports).filter((entry): entry is [string, Door] => typeof entry[1] === 'object')

describe('the published face', () => {
  it('has an existing source behind every subpath, and its build where the source says', () => {
    none(
      doors.map(([subpath, door]) => {
        const built = door['@throughline/source'].replace('./src/', './dist/')
        if (!existsSync(join(framework, door['@throughline/source']))) return `${subpath}: ${door['@throughline/source']} does not exist`
        if (door.default !== built.replace(/\.ts$/, '.js') || door.types !== built.replace(/\.ts$/, '.d.ts'))
          return `${subpath}: build and source differ`
        return undefined
      }),
    )
  })

  it('names a subpath after the last folder of what it opens', () => {
    none(
      doors
        .filter(([subpath, door]) => subpath !== '.' && !door['@throughline/source'].endsWith(`/${subpath.split('/').at(-1)}/index.ts`))
        .map(([subpath, door]) => `${subpath} opens ${door['@throughline/source']}`),
    )
  })

  it('keeps every index.ts a door: re-exports only, at most 40 lines', () => {
    none(
      sourceFiles('framework/src/**/index.ts').flatMap(({ path, text }) => [
        text.split('\n').length > 41 ? `${path} has ${text.split('\n').length - 1} lines` : undefined,
        /^(?!export|import|\}|\s|\/\/|$)/m.test(text) || /^export (const|function|class|interface|type \w+ =)/m.test(text)
          ? `${path} declares something of its own`
          : undefined,
      ]),
    )
  })

  it('lets orders/ use published subpaths only', () => {
    const published = new Set(doors.map(([subpath]) => subpath.replace('.', 'throughline')))
    none(
      sourceFiles('orders/**/*.ts')
        .flatMap(importsOf)
        .filter(({ target }) => target.startsWith('framework/') || (/^throughline(\/|$)/.test(target) && !published.has(target)))
        .map(({ from, line, target }) => `${from}:${line} imports ${target}`),
    )
  })

  it('gives every service the same inside: a door, a class, a driver interface, an opener, a suite, drivers/', () => {
    const shape = (service: string) => ['index.ts', `${service}.ts`, 'driver.ts', 'open.ts', 'suite.ts', 'drivers']
    none(
      swappableServices().flatMap((service) => {
        const present = readdirSync(join(framework, 'src/services', service))
        return shape(service).map((entry) => (present.includes(entry) ? undefined : `services/${service}/ has no ${entry}`))
      }),
    )
  })
})

/** Services whose engine a URL chooses. */
function swappableServices(): string[] {
  const services = readdirSync(join(framework, 'src/services')).filter((service) =>
    existsSync(join(framework, 'src/services', service, 'drivers')),
  )
  assert.ok(services.includes('db'))
  return services
}
