const hex = (character: string) =>
  Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')

/**
 * A value in a search filter of LDAP (RFC 4515).
 *
 * ```ts
 * import { escapeLdapFilter } from 'throughline/escape'
 *
 * const filter = `(&(objectClass=person)(uid=${escapeLdapFilter('*)(uid=*))(|(uid=*')}))`
 * ```
 */
export function escapeLdapFilter(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\\*()&|!=<>~/]/gu, hex)
}

/**
 * The value of one attribute in a distinguished name of LDAP (RFC 4514).
 *
 * ```ts
 * import { escapeLdapName } from 'throughline/escape'
 *
 * const name = `cn=${escapeLdapName('Lovelace, Ada')},ou=people,dc=example,dc=org` // cn=Lovelace\2c Ada,ou=…
 * ```
 */
export function escapeLdapName(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\\,+"<>;=]|^[ #]| $/gu, hex)
}
