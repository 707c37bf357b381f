import { readStatements } from '../../adapters/models.js';
import { physical } from '../../assemble/index.js';
import { condition } from '../../condition/index.js';
import { type ColumnScore, columnScores, type Contract, type StatementUse } from '../../contract/index.js';
import type { Association, Outcome, Physical, Segment } from '../../ecg/index.js';
import { type AskedFacts, columnScoresOf, type Facts, relationsOf, type ScoreBasis } from '../../explain/index.js';
import { type Followed, grade } from '../../grade/index.js';
import { factsOf, unscoredOutcome } from '../../line/index.js';
import type { EncoderInput } from '../../ports/index.js';
import type { EcgRecord } from '../../records/index.js';
import { loadCatalogue, modelFolder } from '../compose.js';
import { segmentsOf } from '../segmented.js';
import { serveModel, type ServedModel } from '../served.js';

export const DEFAULT_MODEL = 'models/purkinje-s';

/** A model that is served here, and what its numbers are read by. */
export interface Reader extends ScoreBasis {
  readonly model: ServedModel;
}

/** Throws ModelFolderError, EncoderStartError. The caller closes `model`. */
export async function openReader(model: string): Promise<Reader> {
  const folder = modelFolder(model);
  const catalogue = await loadCatalogue();
  const served = await serveModel(folder);
  try {
    return { model: served, contract: served.contract, statements: await readStatements(folder, served.contract), catalogue };
  } catch (error) {
    await served.close();
    throw error;
  }
}

export type Patient = Pick<Association, 'ageYears' | 'sex'>;

/** A segment of a recording before its scores. */
export interface Prepared {
  readonly outcome: Omit<Outcome, 'status' | 'findings'>;
  readonly mv: Physical;
  /** Undefined: the model says nothing of it. */
  readonly input: EncoderInput | undefined;
}

/** A recording through the rooms: segments, measurements, the model's tensors. Its beats are followed from segment to segment. */
export const prepared = (record: EcgRecord, patient: Patient, reader: Reader): readonly Prepared[] => preparedSegments(segmentsOf(record), patient, reader);

/** The same of its first segments. */
export function preparedSegments(segments: readonly Segment[], patient: Patient, { contract, model: { sha256 } }: Reader): readonly Prepared[] {
  const identity = { model: `${contract.model.name}@${contract.model.version}`, modelHash: sha256 };
  const association: Association = { knownConditions: [], contextOffset: -1, ...patient };
  let followed: Followed | undefined;
  return segments.map((segment) => {
    const mv = physical(segment);
    const graded = grade(segment, mv, followed);
    followed = graded.followed ?? followed;
    const conditioned = graded.grade === 'unusable' ? undefined : condition(mv, contract, { ...patient, measurements: graded.measurements });
    return { outcome: unscoredOutcome(segment, graded, association, 0, identity), mv, input: conditioned?.ok === true ? conditioned : undefined };
  });
}

/** Segments with what the model says of them: one call for all. */
export async function scored(segments: readonly Prepared[], reader: Reader): Promise<readonly Facts[]> {
  return (await scoredFor(segments, reader, ['threshold'])).map(([facts]) => facts);
}

/** The same for questions. */
export async function scoredForQuestions(segments: readonly Prepared[], reader: Reader): Promise<readonly AskedFacts[]> {
  const relatedTo = relationsOf(reader.catalogue);
  return (await scoredFor(segments, reader, ['asked', 'listed'])).map(([asked, listed]) => ({ asked, listed, relatedTo }));
}

/** Beside each of a statement's thresholds. */
async function scoredFor(segments: readonly Prepared[], reader: Reader, uses: readonly StatementUse[]): Promise<readonly (readonly Facts[])[]> {
  const inputs = segments.flatMap(({ input }) => input ?? []);
  const answers = inputs.length === 0 ? [] : await reader.model.score(inputs);
  let next = 0;
  return segments.map(({ outcome, input }) => {
    const columns = input === undefined ? undefined : columnsIn(reader.contract, answers[next++].logits);
    const whole: Outcome = { ...outcome, status: columns === undefined ? 'unusable' : 'scored', findings: [] };
    return uses.map((use) => factsOf(whole, columns === undefined ? [] : columnScoresOf(reader, columns, whole, use)));
  });
}

/** Undefined: a number that is none, of which nothing is said. */
function columnsIn(contract: Contract, logits: ArrayLike<number>): readonly ColumnScore[] | undefined {
  const { targets = [] } = contract.outputs.logits ?? {};
  if (targets.length === 0 || !Array.from(logits).every(Number.isFinite)) return undefined;
  const of = columnScores(contract, logits);
  return targets.map((_, column) => of(column));
}
