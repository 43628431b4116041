export { implement, group } from './implement.ts'
export { reply, rawReply, type ReplyOptions } from './stage.ts'
export type { Around, Authenticator, Context, ContextOf, Handler, Handlers, Reply, Route } from './stage.ts'
