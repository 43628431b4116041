// The peers are installed by `npm run bench` alone (bench/package.json), and checking the types must not need them.
declare module 'find-my-way' {
  interface Router {
    on(method: 'GET', path: string, handler: () => void): void
    find(method: 'GET', path: string): unknown
  }
  export default function findMyWay(): Router
}

declare module 'rou3' {
  export function createRouter<Target>(): { readonly '~target'?: Target }
  export function addRoute<Target>(router: { readonly '~target'?: Target }, method: string, path: string, target: Target): void
  export function findRoute<Target>(router: { readonly '~target'?: Target }, method: string, path: string): unknown
}

declare module 'ajv/dist/2020.js' {
  export class Ajv2020 {
    constructor(options: Readonly<Record<string, unknown>>)
    compile(schema: unknown): (value: unknown) => boolean
  }
}

declare module 'fast-json-stringify' {
  export default function fastJson(schema: object): (value: unknown) => string
}
