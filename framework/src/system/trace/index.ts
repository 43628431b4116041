export { recorder, type Listener, type Recorder, type RecorderOptions } from './recorder.ts'
export { TraceStore, type StoreOptions } from './store.ts'
