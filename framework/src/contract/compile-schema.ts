import type { CompiledSchema } from './compiled-schema.ts'
import type { Schema } from './standard-schema.ts'

export interface CompileOptions {
  /** Members that the schema does not name: refused as `unknown-member`, dropped, or left to the schema's own library. Default `'refuse'`. */
  unknownMembers?: 'refuse' | 'drop' | 'allow'
}

/** Makes a schema ready at boot; `where` (`'POST /orders body'`) is named when it cannot be. */
export declare function compileSchema<Output>(schema: Schema<any, Output>, where: string, options?: CompileOptions): CompiledSchema<Output>
