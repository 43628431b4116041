export { avro, toAvroSchema, type AvroOptions, type AvroSchema } from './avro.ts'
