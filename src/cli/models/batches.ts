import { ModelFolderError } from '../../adapters/models.js';
import { cropsOf, elementsOf, furtherInputs, segmentElements } from '../../contract/index.js';
import { chance } from '../../evaluate/index.js';
import type { EncoderInput, EncoderScores } from '../../ports/index.js';
import type { ServedModel } from '../served.js';

/** Alone, and at each place in a batch of these sizes, beside ever other segments. */
const SIZES = [2, 5, 16, 32];
const SEGMENTS = 32;
/** Of max(1, |score|). */
const DIFFERENCE_MAX = 1e-5;

/**
 * A segment must score the same alone and in any batch: else whose bed is beside would change a decision. Returns the largest
 * difference. Throws ModelFolderError where it is too large, or a score is no number.
 */
export async function checkBatches({ contract, score }: ServedModel): Promise<number> {
  const random = chance(1);
  const crops = cropsOf(contract);
  const segments = Array.from({ length: SEGMENTS }, (): EncoderInput => {
    const size = 0.2 + random();
    const tensor = Float32Array.from({ length: crops * segmentElements(contract) }, () => size * (random() + random() - 1));
    const further = furtherInputs(contract).map(({ name, shape }) => new Float32Array(elementsOf(shape)).map(() => (name === contract.input.mask?.tensor ? Math.round(random()) : random())));
    return { tensor, further };
  });
  const alone: EncoderScores[] = [];
  for (const segment of segments) alone.push(...(await score([segment], true)));
  if (!alone.every((scores) => partsOf(scores).every((part) => part.every(Number.isFinite)))) {
    throw new ModelFolderError('not-finite', `${contract.model.name} gives scores that are no numbers on ordinary noise`, 'look for a division by zero or a logarithm in the model');
  }
  let largest = 0;
  for (const size of SIZES) {
    for (let shift = 0; shift < SEGMENTS; shift += size) {
      const places = Array.from({ length: size }, (_, i) => (shift + i * (shift + 1)) % SEGMENTS);
      const together = await score(places.map((place) => segments[place]), true);
      places.forEach((place, i) => (largest = Math.max(largest, difference(alone[place], together[i]))));
    }
  }
  if (largest <= DIFFERENCE_MAX) return largest;
  throw new ModelFolderError('batch-dependent', `${contract.model.name}: a segment's scores differ by ${largest.toExponential(1)} between batches`, `at most ${DIFFERENCE_MAX}: export it for inference (no batch statistics), with the batch axis free`);
}

const partsOf = ({ logits, embedding, saliency }: EncoderScores): readonly Float32Array[] => [logits, ...(embedding === undefined ? [] : [embedding]), ...(saliency === undefined ? [] : [saliency])];

function difference(a: EncoderScores, b: EncoderScores): number {
  const parts = partsOf(b);
  return Math.max(...partsOf(a).map((part, k) => part.reduce((most, value, i) => Math.max(most, Math.abs(value - parts[k][i]) / Math.max(1, Math.abs(value))), 0)));
}
