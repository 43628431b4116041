import { BootError } from '../../std/errors.ts'

const month = 30 * 24 * 60 * 60 * 1000

/** RFC 9116. `contact` is an e-mail address, or a URI such as `https://…` or `tel:…`. Throws a `BootError` when it is neither. */
export function securityTxt(contact: string): (now: Date) => string {
  const uri = /^[^\s@:]+@[^\s@]+$/.test(contact) ? `mailto:${contact}` : contact
  if (!/^(mailto:|https:\/\/|tel:)\S+$/.test(uri)) {
    throw new BootError(
      'config-invalid',
      `The security contact is "${contact}", which is neither an e-mail address nor a mailto:, https: or tel: URI.`,
    )
  }
  return (now) => {
    // Required, and a year at most: a file that nobody keeps must not be trusted for ever. A whole day, so that it can be cached.
    const expires = new Date(now.getTime() + 3 * month)
    expires.setUTCHours(0, 0, 0, 0)
    return `Contact: ${uri}\nExpires: ${expires.toISOString()}\nPreferred-Languages: en\n`
  }
}
