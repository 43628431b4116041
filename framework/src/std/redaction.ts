const secretPart =
  /passw|passphrase|secret|token|authorization|cookie|apikey|privatekey|credential|sessionid|debuggrant|cardnumber|iban|passport|nationalid|taxid|socialsecurity/
const secretWords = new Set(['jwt', 'otp', 'pin', 'pan', 'cvv', 'cvc', 'ssn'])
const personalPart = /email|phone|mobile|msisdn/
// A field of the same name would come after the line's own and replace it for every reader.
const reserved = new Set(['time', 'level', 'msg'])
// Made by us of a fixed alphabet, or a constant of the code: looking for secrets in them would cost every line.
const trusted = new Set(['requestId', 'traceId', 'spanId', 'route', 'method'])

/** `personal`: shown unless the policy hides persons. */
export type NameKind = 'plain' | 'trusted' | 'secret' | 'personal' | 'reserved'

/** What must not be shown: by the names of members, and by how values look. One for each application. */
export class Redaction {
  /** Whether e-mail addresses and phone numbers are hidden as well. */
  readonly persons: boolean
  readonly #names = new Set<string>()
  #kinds = new Map<string, NameKind>()
  #version = 0

  constructor({ persons = false, names = [] }: { persons?: boolean; names?: Iterable<string> } = {}) {
    this.persons = persons
    this.hide(names)
  }

  /** Takes these for secrets from now on, whatever case and separators they are written with. */
  hide(names: Iterable<string>): void {
    for (const name of names) this.#names.add(bare(name))
    this.#kinds = new Map()
    this.#version++
  }

  /** Another one whenever other names are hidden. */
  get version(): number {
    return this.#version
  }

  kindOf(name: string): NameKind {
    let kind = this.#kinds.get(name)
    if (kind === undefined) {
      kind = this.#judge(name)
      // Names come from code, but a spread of somebody's JSON brings any: the cache must not grow with those.
      if (this.#kinds.size < 1_000) this.#kinds.set(name, kind)
    }
    return kind
  }

  #judge(name: string): NameKind {
    const plain = bare(name)
    if (this.#names.has(plain)) return 'secret'
    if (reserved.has(name)) return 'reserved'
    if (trusted.has(name)) return 'trusted'
    if (secretPart.test(plain) || secretWords.has(plain)) return 'secret'
    return this.persons && personalPart.test(plain) ? 'personal' : 'plain'
  }
}

/** For whatever has no application: it keeps persons. */
export const standardRedaction = new Redaction()

function bare(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '')
}
