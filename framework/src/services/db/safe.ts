import { ambient } from '../../std/ambient.ts'

// What a plain statement begins with, and what a CTE may hide. Functions that write are not seen.
const begins = /^\s*(insert|update|delete|merge|truncate|create|alter|drop|grant|revoke|copy\s[^(]+\sfrom)\b/i
const hides = /^\s*with\b.*\b(insert\s+into|update\s+[\w."]+\s+(as\s+\w+\s+)?set|delete\s+from|merge\s+into)\b/is

/** Throws when a request whose method promises to be safe (RFC 9110, 9.2.1) is about to write: caches, crawlers and retries would all write, too. */
export function assertSafe(sql: string): void {
  const request = ambient.get()
  if (request?.safe !== true || (!begins.test(sql) && !hides.test(sql))) return
  throw new Error(
    `GET must be safe, but ${request.route} writes: ${sql.trim().slice(0, 80)}. Use POST, or give what is not the answer's to after(c, …) or shield(…).`,
  )
}
