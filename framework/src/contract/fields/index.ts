export { country, currency, email, iban, identifier, ip, language, name, phone, semver, slug, url, uuid } from './fields.ts'
export { openEnum, type OpenEnum } from './open-enum.ts'
export { graphemes, slugify, toCode, toEmail, toIban, toIdentifier, toOneLine, toPhone } from './normal-forms.ts'
export { absentIfEmpty, instant, localNumber } from './written.ts'
