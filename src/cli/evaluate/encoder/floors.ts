import { randomTwin } from '../../../adapters/random-twin.js';
import { chance, type FeatureRecord, type Macro, measurementFeatures, probeMacro, type RecordLabels, type ScarcityPoint, scarcityCurve } from '../../../evaluate/index.js';
import { serveModel, type ServedModel } from '../../served.js';
import type { EncodedRecord } from './scoring.js';

/** Macro figures of linear probes, each on other features of the same records. */
export type Floors = Readonly<Record<'embedding' | 'random twin' | 'measurements', { readonly superclasses: Macro; readonly targets: Macro }>>;

/** A record that was scored, with its labels. */
export interface LabelledEncoding {
  readonly encoded: EncodedRecord;
  readonly patient: string;
  readonly labels: RecordLabels;
}

/** Training and test records through one model. */
export type EncodeBoth = (model: ServedModel) => Promise<readonly [readonly LabelledEncoding[], readonly LabelledEncoding[]]>;

const TWIN_SEED = 1;

type Features = (encoded: EncodedRecord) => ArrayLike<number>;
const seen = (records: readonly LabelledEncoding[], features: Features): FeatureRecord[] => records.map(({ encoded, patient, labels }) => ({ patient, labels, features: features(encoded) }));

/**
 * What any encoder must beat: a linear probe on a twin with random weights, and one on the engine's own measurements. Beside them the
 * same probe on the model's embedding, and how it does with fewer training patients.
 */
export async function floorsOf(model: ServedModel, folder: string, encode: EncodeBoth): Promise<{ readonly floors: Floors; readonly scarcity: readonly ScarcityPoint[] }> {
  const real = await encode(model);
  const twin = await randomTwin(folder, chance(TWIN_SEED));
  try {
    const served = await serveModel(twin.folder);
    try {
      const random = await encode(served);
      const embedding: Features = ({ embedding: values }) => values!;
      const probed = ([train, test]: Awaited<ReturnType<EncodeBoth>>, features: Features) => {
        const [a, b] = [seen(train, features), seen(test, features)];
        return { superclasses: probeMacro(a, b, 'superclasses'), targets: probeMacro(a, b, 'targets') };
      };
      return {
        floors: {
          embedding: probed(real, embedding),
          'random twin': probed(random, embedding),
          measurements: probed(real, ({ measurements }) => measurementFeatures(measurements)),
        },
        scarcity: scarcityCurve(seen(real[0], embedding), seen(real[1], embedding)),
      };
    } finally {
      await served.close();
    }
  } finally {
    await twin.remove();
  }
}
