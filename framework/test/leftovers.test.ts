import { describe, it } from 'node:test'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { none, root } from './source-tree.ts'

interface Ban {
  readonly pattern: RegExp
  readonly in: RegExp
  readonly except?: RegExp
  readonly why: string
}

const code = /^(framework|orders|console|bench|scripts)\/.*\.(ts|tsx|js|mjs|css|html)$/
const source = /^(framework|orders|console)\/.*(?<!\.test)\.tsx?$/
// Type parameters that stand for "any endpoint": `unknown` there would make every concrete endpoint unassignable.
const typeMachinery = /^framework\/src\/(contract\/|http\/stage\.ts)|\.test-d\.ts$/

const bans: readonly Ban[] = [
  {
    pattern: new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK', 'XX' + 'X'].join('|')})\\b`),
    in: code,
    why: 'is left for later: do it, or write an issue',
  },
  { pattern: /@ts-(ignore|nocheck)/, in: code, why: 'silences the compiler without saying what it expects' },
  { pattern: /\bas any\b|<any>\w/, in: source, except: typeMachinery, why: 'turns the compiler off' },
  { pattern: /^export default\b/, in: source, why: 'has no name to search for' },
  { pattern: /^\s*(export\s+)?(const\s+)?enum\s|^\s*(export\s+)?namespace\s/, in: source, why: 'cannot be stripped' },
  {
    pattern: /\bDate\.now\(\)|\bnew Date\(\)(?!\.toUTCString)/,
    in: /^(framework|orders)\/src\/(?!std\/clock).*(?<!\.test|suite)\.ts$/,
    why: 'cannot be set by a test: use the injected clock',
  },
  {
    pattern: /\b(setTimeout|setInterval)\(|timers\/promises/,
    in: /\.test\.ts$/,
    except: /\.(integration|browser|program|package)\.test\.ts$/,
    why: 'makes a unit test wait: inject a clock',
  },
  { pattern: /\b(it|test|describe)\.(only|todo)\b|\bonly: true/, in: /\.test\.ts$/, why: 'keeps other tests from running' },
  {
    pattern: /lorem ipsum|https?:\/\/(www\.)?example\.(?!(com|org|net)\b)/i,
    in: /(?<!leftovers\.test)\.(ts|js|mjs|css|html|md|json)$/,
    why: 'is filler',
  },
]

/** Tracked, or new and not ignored. */
const paths = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')

describe('what must not be left behind', () => {
  for (const ban of bans) {
    it(`holds nothing that ${ban.why}`, () => {
      none(paths.filter((path) => ban.in.test(path) && !ban.except?.test(path)).flatMap((path) => linesWith(path, ban)))
    })
  }
})

function linesWith(path: string, { pattern, why }: Ban): string[] {
  return linesOf(path).flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${why}: ${line.trim().slice(0, 100)}`] : []))
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(join(root, path), 'utf8').split('\n')
  } catch {
    return [] // Deleted, not yet committed.
  }
}
