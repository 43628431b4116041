export { schema, type JsonSchemaOptions } from './schema.ts'
