export { exportRouteros, type RouterosExportText } from './export.ts';
export type { Unexportable } from './export-check.ts';
export { importRouteros, type RouterosImport } from './import.ts';
export type { ImportNote, Untranslated } from './import-context.ts';
