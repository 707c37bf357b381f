import { calibrated, type Catalogue, type ColumnScore, columnsOf, type Contract, statementColumns, type StatementSet, type StatementUse } from '../contract/index.js';
import type { Evidence, Finding, Outcome } from '../ecg/index.js';
import type { Scored } from './because.js';

/** What a model's numbers are read by. */
export interface ScoreBasis {
  readonly contract: Contract;
  /** Undefined: the model has no statements, and its targets are said. */
  readonly statements: StatementSet | undefined;
  readonly catalogue: Catalogue;
}

const nameOf = ({ model: { name, version } }: Contract): string => `${name}@${version}`;

/** Leads that were measured, or follow from such. */
function soundLeads({ leads }: Outcome): ReadonlySet<string> {
  return new Set(leads.filter(({ origin }) => origin === 'measured' || origin === 'derived').map(({ lead }) => lead));
}

/**
 * Scores of a segment's columns: statements where the model has them and its leads are all there, and targets that no statement stands for; else the targets that the leads are
 * enough for, by their calibrated probability.
 * @param use which of a statement's thresholds stands beside its score; a target has one
 */
export function columnScoresOf({ contract, statements, catalogue }: ScoreBasis, columns: readonly ColumnScore[], outcome: Outcome, use: StatementUse = 'threshold'): readonly Scored[] {
  const model = nameOf(contract);
  const sound = soundLeads(outcome);
  const all = statements !== undefined && contract.input.leads.every((lead) => sound.has(lead));
  const places = statementColumns(contract);
  const said = all ? Object.entries(statements.statements) : [];
  const codes = new Set(said.map(([code]) => code));
  const covered = new Set(catalogue.findings.filter((finding) => finding.codes.scp.some((code) => codes.has(code))).map(({ id }) => id));
  return [
    ...said.map(([id, statement]): Scored => ({ kind: 'score', id, value: columns[places.get(id)!].activated, threshold: statement[use], evidence: statement.evidence, model })),
    ...columnsOf(contract).flatMap(({ column, target }): readonly Scored[] => {
      if (covered.has(target.id) || !target.leadSets.some((set) => set.every((lead) => sound.has(lead)))) return [];
      return [{ kind: 'score', id: target.id, value: calibrated(target.calibration, columns[column]), threshold: target.threshold, evidence: target.evidence.level, model }];
    }),
  ];
}

/** How an engine reads one of its findings. */
interface Entry {
  readonly finding: string;
  readonly threshold: number;
  readonly evidence: Evidence;
}

/** Scores of an outcome's findings, by the thresholds that the engine decides at. Rules are no scores. */
export function findingScoresOf({ findings, model }: { readonly findings: readonly Finding[]; readonly model: string }, entryOf: (finding: string) => Entry | undefined): readonly Scored[] {
  return findings.flatMap(({ id, probability }): readonly Scored[] => {
    const entry = entryOf(id);
    return entry === undefined || entry.evidence === 'rule' ? [] : [{ kind: 'score', id, value: probability, threshold: entry.threshold, evidence: entry.evidence, model }];
  });
}
