import type { Endpoint } from './endpoint.ts'

export interface OpenApiInput {
  title: string
  version: string
  description?: string
  servers?: readonly { url: string; description?: string }[]
  routes: readonly { name: string; endpoint: Endpoint; prefix: string }[]
}

export declare function toOpenApi(input: OpenApiInput): Record<string, unknown>
