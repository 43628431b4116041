import * as z from 'zod'

/** Upper case is accepted, as RFC 9562 asks, and becomes lower case: one thing has one id. */
export const Id = z.uuid().toLowerCase().describe('A UUID.')
