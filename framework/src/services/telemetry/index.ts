export { OtlpExporter, type ExporterOptions } from './exporter.ts'
