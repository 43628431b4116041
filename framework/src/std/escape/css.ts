/**
 * Text in a string of CSS, between quotes, or an identifier on its own; never a whole declaration, nor the address in `url()`.
 *
 * Everything but ASCII letters, digits and `_` becomes an escape by number, so that no quote, bracket, comment or `</style>` is left.
 *
 * ```ts
 * import { escapeCss } from 'throughline/escape'
 *
 * const rule = `.note::before { content: "${escapeCss('"; } </style>')}" }`
 * ```
 */
export function escapeCss(text: string): string {
  // The space ends the number, whatever follows. U+0000 has no escape: CSS itself would read U+FFFD.
  return text
    .toWellFormed()
    .replaceAll('\0', '\ufffd')
    .replaceAll(/^\d|[^A-Za-z0-9_]/gu, (character) => `\\${character.codePointAt(0)!.toString(16)} `)
}
