export { recorder, type Listener, type Recorder, type RecorderOptions } from './recorder.ts'
