export { sanitizer, type SanitizerOptions } from './sanitizer.ts'
export type { SafeTag } from './tags.ts'
export type { LinkScheme } from '../escape/url.ts'
