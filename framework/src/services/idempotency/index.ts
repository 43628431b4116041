export type { StoredAnswer } from './answers.ts'
export { idempotency, type Idempotency, type IdempotencyOptions, type KeyedOutcome, type KeyedRequest } from './idempotency.ts'
export { idempotencyMigrations } from './migrations.ts'
