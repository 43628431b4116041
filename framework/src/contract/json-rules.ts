/** How strictly a JSON body is read. What goes beyond a limit is refused with 400 `json-too-complex`, which names it. */
export interface JsonRules {
  /** Arrays and objects inside of each other. Default 64. */
  depth?: number
  /** Members of all objects together. Default 10,000. */
  members?: number
  /** Members and array items of the whole body. Default 100,000. */
  items?: number
  /** UTF-16 units as written, escapes included. Default: as long as the body may be. */
  stringLength?: number
  /** A member that comes twice: refused with 400 `json-ambiguous` (RFC 7493, 2.3), or the last one counts. Default `'refuse'`. */
  duplicates?: 'refuse' | 'last'
}
