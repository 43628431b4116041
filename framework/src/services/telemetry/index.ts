export { OtlpExporter, type ExporterOptions } from './exporter.ts'
export type { Signal } from './collector.ts'
