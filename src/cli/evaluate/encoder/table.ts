import type { Comparison, EncoderFigures, LabelFigures, PairedDifference, ScarcityPoint, TargetFigures } from '../../../evaluate/index.js';
import type { Floors } from './floors.js';
import type { MonitorFigures } from './monitor.js';

/** All that was measured, as `--json` prints it. */
export interface Report {
  readonly dataset: string;
  readonly model: string;
  readonly scoredBy: 'heads' | 'prompts';
  /** Records that could not be scored. */
  readonly failed: number;
  readonly figures: EncoderFigures;
  readonly shuffledPrompts?: number | null;
  readonly against?: { readonly model: string; readonly comparison: Comparison };
  readonly asMonitor?: MonitorFigures;
  readonly floors?: Floors;
  readonly scarcity?: readonly ScarcityPoint[];
}

const shown = (value: number | null | undefined, digits = 3): string => (value === null || value === undefined ? '–' : value.toFixed(digits));
const between = (interval: { lower95: number; upper95: number } | undefined): string => (interval === undefined ? '' : ` (${shown(interval.lower95)}–${shown(interval.upper95)})`);

function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, k) => Math.max(title.length, ...rows.map((row) => row[k].length)));
  return [head, ...rows].map((row) => row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join('  ')).join('\n');
}

function labelRow({ id, n, nPos, auroc, auprc, lift, intervals }: LabelFigures): string[] {
  return [id, String(n), String(nPos), `${shown(auroc)}${between(intervals?.auroc)}`, `${shown(auprc)}${between(intervals?.auprc)}`, shown(lift, 1)];
}

function targetRow(target: TargetFigures): string[] {
  const { threshold, sensitivity, specificity, ppv, f1, brier, ece, slope } = target;
  return [...labelRow(target), shown(threshold), shown(sensitivity, 2), shown(specificity, 3), shown(ppv, 2), shown(f1, 2), shown(brier), shown(ece), shown(slope, 2)];
}

function differenceRow({ id, auroc, auprc, pHolm }: PairedDifference): string[] {
  const cell = ({ difference, lower95, upper95 }: PairedDifference['auroc']) => `${difference >= 0 ? '+' : ''}${shown(difference)} (${shown(lower95)} to ${shown(upper95)})`;
  return [id, cell(auroc), shown(pHolm?.auroc ?? auroc.p), cell(auprc), shown(pHolm?.auprc ?? auprc.p)];
}

const LABEL_HEAD = ['n', 'positives', 'AUROC (95%)', 'AUPRC (95%)', 'lift'];

/** The figures for people: superclasses, targets, and whatever else was asked for. */
export function reportText(report: Report): string {
  const { figures, failed, against, asMonitor, floors, scarcity, shuffledPrompts } = report;
  const { macro, macroOfTen, superclassMacro, statementMacro } = figures;
  const parts = [`${report.model} on ${report.dataset}: ${figures.n} records${failed === 0 ? '' : `, ${failed} failed`}, scored by ${report.scoredBy}`];
  if (figures.superclasses.length > 0) parts.push(columns(['superclass', ...LABEL_HEAD], [...figures.superclasses.map(labelRow), ['macro', '', '', shown(superclassMacro.auroc), shown(superclassMacro.auprc), '']]));
  if (shuffledPrompts !== undefined) parts.push(`superclasses with the prompts dealt to the wrong classes: AUROC ${shown(shuffledPrompts)}`);
  if (figures.targets.length > 0) parts.push(columns(['target', ...LABEL_HEAD, 'threshold', 'sens', 'spec', 'PPV', 'F1', 'Brier', 'ECE', 'slope'], figures.targets.map(targetRow)));
  parts.push([
    `macro over ${macro.labels} targets: AUROC ${shown(macro.auroc)}, AUPRC ${shown(macro.auprc)}`,
    `macro over the ${macroOfTen.labels} with ten positives or more: AUROC ${shown(macroOfTen.auroc)}, AUPRC ${shown(macroOfTen.auprc)}`,
    ...(statementMacro.labels === 0 ? [] : [`macro over ${statementMacro.labels} statements: AUROC ${shown(statementMacro.auroc)}, AUPRC ${shown(statementMacro.auprc)}`]),
  ].join('\n'));
  if (against !== undefined) {
    const { comparison } = against;
    const rows = [...comparison.superclasses, ...[comparison.superclassMacro].flatMap((one) => (one ? [{ ...one, id: 'superclass macro' }] : [])), ...comparison.targets, ...[comparison.macro].flatMap((one) => (one ? [{ ...one, id: 'target macro' }] : []))];
    parts.push(columns([`minus ${against.model}`, 'AUROC (95%)', 'p', 'AUPRC (95%)', 'p'], rows.map(differenceRow)));
  }
  if (asMonitor !== undefined) {
    parts.push(columns(['as a monitor', 'superclass AUROC', 'loss', 'target AUROC', 'loss'], Object.entries(asMonitor.leadSets).map(([set, { superclassMacro: classes, macro: targets, loss }]) => [set, shown(classes.auroc), shown(loss.superclasses), shown(targets.auroc), shown(loss.targets)])));
  }
  if (floors !== undefined) {
    parts.push(columns(['linear probe on', 'superclass AUROC', 'AUPRC', 'target AUROC', 'AUPRC'], Object.entries(floors).map(([name, { superclasses, targets }]) => [name, shown(superclasses.auroc), shown(superclasses.auprc), shown(targets.auroc), shown(targets.auprc)])));
  }
  if (scarcity !== undefined) {
    parts.push(columns(['training patients', 'n', 'superclass AUROC', 'least', 'most'], scarcity.map(({ share, patients, auroc }) => [`${share * 100}%`, String(patients), shown(auroc?.mean), shown(auroc?.least), shown(auroc?.most)])));
  }
  return `${parts.join('\n\n')}\n`;
}

const keyed = <T extends { readonly id: string }>(entries: readonly T[]): Record<string, Omit<T, 'id'>> => Object.fromEntries(entries.map(({ id, ...rest }) => [id, rest]));

/** The figures for machines. */
export function reportJson({ figures, ...rest }: Report): object {
  const { n, targets, macro, macroOfTen, superclasses, superclassMacro, statements, statementMacro } = figures;
  return {
    dataset: rest.dataset,
    model: rest.model,
    scoredBy: rest.scoredBy,
    n,
    failed: rest.failed,
    targets,
    macro,
    macroOfTen,
    superclasses: { ...keyed(superclasses), macro: superclassMacro },
    statements: { ...keyed(statements), macro: statementMacro },
    ...(rest.shuffledPrompts === undefined ? {} : { shuffledPrompts: { superclassMacro: { auroc: rest.shuffledPrompts } } }),
    ...(rest.against === undefined ? {} : { against: { model: rest.against.model, ...rest.against.comparison } }),
    ...(rest.asMonitor === undefined ? {} : { asMonitor: rest.asMonitor }),
    ...(rest.floors === undefined ? {} : { floors: rest.floors }),
    ...(rest.scarcity === undefined ? {} : { scarcity: rest.scarcity }),
  };
}
