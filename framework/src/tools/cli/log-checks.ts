import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from './checks.ts'
import { logCalls } from './log-calls.ts'

/** Messages that are put together: nobody can count, find or be alerted by what is never the same. */
export function checkLogCalls(folder: string): Finding {
  const name = 'log'
  let calls = 0
  const found: string[] = []
  for (const path of globSync('**/*.{ts,mts,js,mjs}', { cwd: folder, exclude: (entry) => entry === 'node_modules' || entry === 'dist' })) {
    if (/\.test\./.test(path)) continue
    for (const { line, isInterpolated } of logCalls(readFileSync(join(folder, path), 'utf8'))) {
      calls++
      if (isInterpolated) found.push(`${path}:${line}`)
    }
  }
  if (found.length === 0) return { name, status: 'ok', found: `${calls} calls, each with a constant name` }
  const more = found.length > 3 ? ` and ${found.length - 3} more` : ''
  return {
    name,
    status: 'warn',
    found: `messages that are put together: ${found.slice(0, 3).join(', ')}${more}`,
    fix: 'Give the event a constant name, and put what varies into its fields.',
  }
}
