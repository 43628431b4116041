import type { Client } from './outcome.ts'

export interface ClientOptions {
  /** Where the API is, with its prefix: `https://shop.example/api/v1`. */
  baseUrl: string
  /** Default: the platform's. */
  fetch?: typeof globalThis.fetch
  /** Sent with every call, or made for each. */
  headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)
  /** Sent as `Authorization: Bearer`. A function is asked before every call, so that it may refresh the token. */
  token?: string | (() => string | undefined | Promise<string | undefined>)
}

export declare function client<Contract extends object>(contract: Contract, options: ClientOptions): Client<Contract>
