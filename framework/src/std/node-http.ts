import type { IncomingMessage as Incoming, ServerResponse as Response } from 'node:http'

// `import … from 'node:http'` reads every export, and one of them loads Node's own fetch: a twentieth of a boot, for what no server needs.
export const { createServer, IncomingMessage, ServerResponse, STATUS_CODES } = process.getBuiltinModule('node:http')
export type IncomingMessage = Incoming
export type ServerResponse = Response
