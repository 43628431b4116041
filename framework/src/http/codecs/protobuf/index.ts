export { numberFields, toProto, type FieldNumbers } from './numbers.ts'
export { protobuf } from './protobuf.ts'
