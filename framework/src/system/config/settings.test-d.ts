import type { Secret } from '../../std/secret.ts'
import { bytes, choice, duration, flag, integer, list, secret, settings, text, url, type SettingsOf } from './index.ts'

const description = settings({
  port: integer({ default: 3000, describe: 'x' }),
  level: choice(['info', 'debug'], { default: 'info', describe: 'x' }),
  auth: { key: secret({ describe: 'x' }), ttl: duration({ default: '1m', describe: 'x' }), issuer: url({ optional: true, describe: 'x' }) },
  deep: {
    er: {
      limit: bytes({ default: '1KiB', describe: 'x' }),
      on: flag({ optional: true, describe: 'x' }),
      names: list({ default: [], describe: 'x' }),
    },
  },
})

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expected = {
  readonly port: number
  readonly level: 'info' | 'debug'
  readonly auth: { readonly key: Secret<string>; readonly ttl: number; readonly issuer: string | undefined }
  readonly deep: { readonly er: { readonly limit: number; readonly on: boolean | undefined; readonly names: readonly string[] } }
}
true satisfies Equal<SettingsOf<typeof description>, Expected>

declare const values: SettingsOf<typeof description>
// @ts-expect-error settings do not change once loaded
values.auth.ttl = 5
// @ts-expect-error a secret is not text: `reveal()` makes it so, where a search finds it
values.auth.key satisfies string
// @ts-expect-error "warn" is not among the choices
choice(['info', 'debug'], { default: 'warn', describe: 'x' })
// @ts-expect-error a duration is written with its unit
duration({ default: 60_000, describe: 'x' })
// @ts-expect-error every setting says what it is for
text({ default: 'x' })
// @ts-expect-error a misspelt option
integer({ defualt: 1, describe: 'x' })
