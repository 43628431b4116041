/** What a spreadsheet takes for a formula, full-width forms included (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r\n＝＋－＠]/
const special = /[",\r\n]/

/**
 * One cell of CSV (RFC 4180), quoted where it must be. What a spreadsheet would run as a formula gets an apostrophe in front, so that it is shown.
 *
 * ```ts
 * import { escapeCsv } from 'throughline/escape'
 *
 * const line = ['Ada "Lady" Lovelace', '=HYPERLINK("https://evil.example")'].map(escapeCsv).join(',')
 * ```
 */
export function escapeCsv(text: string): string {
  const shown = formula.test(text) ? `'${text}` : text
  // Quoted, the empty string is another thing than nothing.
  return shown === '' || special.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown
}
