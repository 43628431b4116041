import { BootError } from '../../std/errors.ts'
import { NotAcceptable } from '../../contract/problems.ts'
import { addVary } from '../headers.ts'
import { bestLanguage, bestMedia, parseWishes, remembered, type MediaOffer } from '../quality.ts'
import type { Exchange } from '../exchange.ts'
import type { Route, Site, Stage } from '../stage.ts'

/** Chooses among the media types and languages that the contract offers. A route with one of each has nothing to choose and pays nothing. */
export const negotiate: Stage = {
  name: 'negotiate',
  compile(route, site) {
    const { produces = [], languages } = route.endpoint.promises
    const byMedia = produces.length > 1 ? mediaChoice(route, site) : undefined
    const byLanguage = languages === undefined ? undefined : languageChoice(route, languages)
    if (byMedia === undefined && byLanguage === undefined) return undefined
    return {
      stage: 'negotiate',
      label: `negotiate ${[...(byMedia ? produces : []), ...(languages ?? [])].join(', ')}`,
      enter(c) {
        byMedia?.(c)
        byLanguage?.(c)
      },
      leave(c, outgoing) {
        if (byMedia !== undefined) addVary(outgoing, 'accept')
        if (byLanguage === undefined) return
        addVary(outgoing, 'accept-language')
        if (outgoing.status < 300) outgoing.headers.push('content-language', c.language)
      },
    }
  },
}

function mediaChoice({ endpoint }: Route, { codecs }: Site): (c: Exchange) => void {
  const produces: readonly string[] = endpoint.promises.produces ?? []
  const offers = produces.map((mediaType) => toOffer(codecs.find((codec) => codec.mediaType === mediaType) ?? { mediaType }))
  const choose = remembered((header) => bestMedia(header, offers))
  return (c) => {
    const { accept } = c.request.headers
    if (accept === undefined) return
    const format = choose(accept)
    if (format < 0) throw NotAcceptable({ available: produces })
    c.format = format
  }
}

function toOffer({
  mediaType,
  contentType,
  aliases = [],
}: {
  mediaType: string
  contentType?: string
  aliases?: readonly string[]
}): MediaOffer {
  return { mediaType, aliases, params: parseWishes(contentType ?? mediaType)[0]!.params }
}

function languageChoice({ endpoint }: Route, languages: readonly string[]): (c: Exchange) => void {
  const [first] = languages
  if (first === undefined)
    throw new BootError('contract-invalid', `${endpoint.address} has no languages: name one, or leave languages out.`)
  const choose = remembered((header) => bestLanguage(header, languages))
  return (c) => {
    const header = c.request.headers['accept-language']
    c.language = header === undefined ? first : choose(header)
  }
}
