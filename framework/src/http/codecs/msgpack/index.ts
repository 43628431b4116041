export { msgpack } from './msgpack.ts'
