import { implement } from 'throughline/http'
import * as contract from '../../contract/users.ts'
import type { UserService } from '../domain/users.ts'
import { toReply, unchanged } from './versioned.ts'

export const usersApi = (users: UserService) =>
  implement(contract, {
    readMe: ({ actor }) => users.me(actor),
    readUser: async ({ actor, params }) => toReply(await users.read(actor, params.userId)),
    replaceUser: async (c) => toReply(await users.change(c.actor, c.params.userId, { to: () => c.body, unchanged: unchanged(c) })),
    changeUser: async (c) => toReply(await users.change(c.actor, c.params.userId, { to: c.body, unchanged: unchanged(c) })),
    removeUser: (c) => users.remove(c.actor, c.params.userId, unchanged(c)),
  })
