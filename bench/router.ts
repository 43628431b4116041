import findMyWay from 'find-my-way'
import { addRoute, createRouter, findRoute } from 'rou3'
import { RadixRouter } from '../framework/src/http/find/radix-router.ts'
import { keep } from './lib/report.ts'
import { alternate, ratios, show, spread } from './lib/rounds.ts'

type Find = (path: string) => unknown

const cases: readonly [label: string, path: string][] = [
  ['static', '/api/v1/resource7/list'],
  ['one parameter', '/api/v1/resource7/0195c9d5-1f7a-7000-8000-000000000001'],
  ['two parameters', '/api/v1/resource7/42/items/43'],
  ['not there', '/api/v1/resource7/42/nothing'],
]

/** Three routes for each of `count / 3` resources. */
function paths(count: number): string[] {
  return Array.from({ length: Math.ceil(count / 3) }, (_, i) => [
    `/api/v1/resource${i}/list`,
    `/api/v1/resource${i}/{id}`,
    `/api/v1/resource${i}/{id}/items/{item}`,
  ]).flat()
}

const routers: Record<string, (all: readonly string[]) => Find> = {
  ours(all) {
    const router = new RadixRouter<string>()
    for (const path of all) router.add({ method: 'GET', path, target: path, source: 'bench' })
    return (path) => router.match('GET', path)
  },
  'find-my-way 9': (all) => {
    const router = findMyWay()
    for (const path of all) router.on('GET', path.replaceAll(/\{(\w+)\}/g, ':$1'), () => {})
    return (path) => router.find('GET', path)
  },
  'rou3 1': (all) => {
    const router = createRouter<string>()
    for (const path of all) addRoute(router, 'GET', path.replaceAll(/\{(\w+)\}/g, ':$1'), path)
    return (path) => findRoute(router, 'GET', path)
  },
}

/** Nanoseconds a look-up. */
function time(find: Find, path: string): number {
  const began = process.hrtime.bigint()
  for (let i = 0; i < 300_000; i++) find(path)
  return Number(process.hrtime.bigint() - began) / 300_000
}

/** Which router goes behind the three methods (decisions/0002), and what ten thousand routes cost. */
export async function run(): Promise<void> {
  const names = Object.keys(routers)
  const rows: string[][] = []
  for (const count of [30, 10_000]) {
    const finders = Object.fromEntries(names.map((name) => [name, routers[name]!(paths(count))]))
    for (const [label, path] of cases) {
      const results = await alternate(names, 7, async (name) => time(finders[name]!, path))
      rows.push([
        String(count),
        label,
        ...names.map((name) => `${spread(results[name]!).median.toFixed(0)} ns, ${show(ratios(results[name]!, results['ours']!))}`),
      ])
    }
  }
  keep('router', {
    order: 5,
    title: 'Router',
    method: '300,000 look-ups a round, seven rounds in turn; the ratio is to ours (more is slower). Each hands out decoded parameters.',
    columns: ['routes', 'path', ...names],
    rows,
    chart: { names: 2, values: [2, 3, 4] },
  })
}
