// The two text formats, read as strictly as their specifications are written: for tests of what is exposed.

export interface ExposedFamily {
  readonly name: string
  readonly kind: string
  readonly help: string
  readonly unit: string | undefined
  readonly samples: ExposedSample[]
}

export interface ExposedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly exemplar?: { readonly labels: Readonly<Record<string, string>>; readonly value: number; readonly at: number }
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
}
const number = '[+-]?(?:\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|Inf)|NaN'
const labelled = '(?:\\{((?:[a-zA-Z_]\\w*="(?:[^"\\\\\\n]|\\\\["\\\\n])*",?)*)\\})'
const sampleLine = new RegExp(`^([a-zA-Z_:][\\w:]*)${labelled}? (${number})(?: # ${labelled} (${number}) (\\d+(?:\\.\\d+)?))?$`)
const metaLine = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][\w:]*) (.*)$/

/** The families of a page. Throws at the first line that its format does not allow. */
export function parseExposition(page: string): ExposedFamily[] {
  const isOpen = page.endsWith('# EOF\n')
  if (!page.endsWith('\n')) throw new Error('The last line does not end.')
  const families = new Map<string, ExposedFamily>()
  let current: { name?: string; kind?: string; help?: string; unit?: string } = {}
  for (const line of page.split('\n').slice(0, isOpen ? -2 : -1)) {
    const meta = metaLine.exec(line)
    if (meta === null) {
      addSample(families.get(current.name ?? ''), line, isOpen)
      continue
    }
    const [, what = '', name = '', text = ''] = meta
    if (name !== current.name) current = { name }
    if (families.has(name) && families.get(name)!.samples.length > 0) throw new Error(`${name} comes twice.`)
    Object.assign(current, { [{ HELP: 'help', TYPE: 'kind', UNIT: 'unit' }[what]!]: text })
    if (what === 'UNIT' && (!isOpen || !name.endsWith(`_${text}`))) throw new Error(`Not a unit of ${name}: ${text}`)
    families.set(name, { name, kind: current.kind ?? 'untyped', help: current.help ?? '', unit: current.unit, samples: [] })
  }
  for (const family of families.values()) assertComplete(family)
  return [...families.values()]
}

function addSample(family: ExposedFamily | undefined, line: string, isOpen: boolean): void {
  const match = sampleLine.exec(line)
  if (family === undefined || match === null) throw new Error(`Not a sample: ${JSON.stringify(line)}`)
  const [, name = '', labels, value = '', exemplarLabels, exemplarValue = '', at] = match
  const own = family.kind === 'counter' && !isOpen ? [''] : suffixes[family.kind]
  if (own?.some((suffix) => name === family.name + suffix) !== true)
    throw new Error(`${name} is no sample of the ${family.kind} ${family.name}.`)
  const exemplar =
    exemplarLabels === undefined ? {} : { exemplar: { labels: toLabels(exemplarLabels), value: toNumber(exemplarValue), at: Number(at) } }
  if (exemplarLabels !== undefined && !(isOpen && name.endsWith('_bucket'))) throw new Error(`No place for an exemplar: ${line}`)
  family.samples.push({ name, labels: toLabels(labels ?? ''), value: toNumber(value), ...exemplar })
}

function toLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/gs)) {
    if (Object.hasOwn(labels, name)) throw new Error(`The label ${name} comes twice.`)
    labels[name] = value.replaceAll(/\\(.)/gs, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}

function toNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'))
}

/** No series twice, and buckets that only grow, up to one of +Inf that is the count. */
function assertComplete({ name, kind, samples }: ExposedFamily): void {
  const seen = new Set(samples.map((sample) => JSON.stringify([sample.name, sample.labels])))
  if (seen.size !== samples.length) throw new Error(`${name} has a series twice.`)
  if (kind !== 'histogram') return
  let last = { bound: -Infinity, value: 0 }
  for (const { name: sample, labels, value } of samples) {
    if (sample.endsWith('_bucket')) {
      const bound = toNumber(labels['le'] ?? '')
      if (!(bound > last.bound) || value < last.value) throw new Error(`The buckets of ${name} do not ascend.`)
      last = { bound, value }
    } else if (sample.endsWith('_count')) {
      if (last.bound !== Infinity || last.value !== value) throw new Error(`The count of ${name} is not its last bucket.`)
      last = { bound: -Infinity, value: 0 }
    }
  }
}
