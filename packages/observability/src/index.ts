/** Tracers behind core's port, where their spans go, and how spools are sent to services. */
export type { ExportSetting } from './export/export-setting.ts';
export { exportSettingSchema } from './export/export-setting.ts';
export { type Export, startExport } from './export/start-export.ts';
export { lineFile } from './line-file.ts';
export { localTracer } from './local-tracer.ts';
export { type TraceHead, type TraceOverview, traceOverview } from './reading/trace-overview.ts';
export { traceTree } from './reading/trace-tree.ts';
export { redactor, secretsOf } from './secrets.ts';
export { spanIds } from './span-ids.ts';
export { parseSpanLine, type SpanRecord } from './span-record.ts';
export type { SpanSink } from './span-sink.ts';
export { spanTracer } from './span-tracer.ts';
export type { DeliveryReport } from './spool/deliver-spool.ts';
export { spoolWriter } from './spool/spool-writer.ts';
export { type Evaluation, evaluationRecords, type Prediction } from './weave/evaluation-records.ts';
export type { WeaveRecord } from './weave/weave-record.ts';
