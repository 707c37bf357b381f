export type ReportLevel = 'error' | 'warn' | 'info' | 'debug';

/** What happens inside a log, for the program's own log lines. The fields never hold a record's key or content. */
export type Report = (level: ReportLevel, message: string, fields: Readonly<Record<string, unknown>>) => void;
