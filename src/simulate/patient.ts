import { INDEPENDENT, LEADS } from '../ecg/index.js';
import { streamKey, uniform } from './chance.js';
import { drawPace, drawWave, type Canvas } from './drawing.js';
import { addMotion, episodesIn, leadsOf, type Episode } from './episodes.js';
import { drawFibrillation } from './fibrillation.js';
import type { MorphologyName } from './morphology.js';
import { addElectrodes, electrodeNoise, ELECTRODES } from './noise.js';
import { drawNoise, drawTraits, type Profile, type Traits } from './profile.js';
import type { BeatKind, Heart, VentricularEvent } from './rhythm.js';
import { checkSpec, findingsOf, illnessOf, levelsOf, type PatientSpec } from './spec.js';
import { templateOf, type Template } from './template.js';
import { timelineOf } from './timeline.js';
import { beatOf, PACE_LEAD_S, pWaveOf, type Truth } from './truth.js';

/** A stretch of a patient's signal. */
export interface Rendered {
  readonly firstSample: number;
  /** mV, twelve leads in the order of LEADS; NaN where the monitor has no sample. */
  readonly mv: readonly Float32Array[];
  /** Leads the monitor reports as off at any time in the stretch. */
  readonly leadsOff: readonly string[];
  /** Sample numbers. */
  readonly paceMarks: readonly number[];
}

/** A simulated patient. Whatever the cuts and their order, the same sample has the same value. */
export interface Patient {
  readonly spec: PatientSpec;
  readonly seed: number;
  readonly rateHz: number;
  readonly sex: 'female' | 'male';
  /** Of those who get the condition: a disease has its age. */
  readonly ageYears: number;
  /** In health, and with the condition. */
  readonly healthy: Traits;
  readonly diseased: Traits;
  render(fromSample: number, count: number): Rendered;
  /** What is true of [fromS, toS); the findings are those of all time. */
  truth(fromS: number, toS: number): Truth;
}

/** Signals are made in blocks on a fixed grid, so that how they are cut does not matter. */
const BLOCK_SAMPLES = 512;
const BLOCKS_KEPT = 4;
/** A beat that begins before a block may reach into it, and one that begins after it. */
const BEFORE_S = 1.8;
const AFTER_S = 0.6;

const OWN_BEATS: Readonly<Record<Exclude<BeatKind, 'conducted'>, MorphologyName>> = { ectopic: 'ectopic', escape: 'escape', paced: 'paced' };

interface Block {
  readonly leads: readonly Float64Array[];
  readonly off: readonly Episode[];
  readonly paceMarks: readonly number[];
}

/** @throws SimulationError */
export function createPatient(spec: PatientSpec, seed: number, profile: Profile): Patient {
  const condition = checkSpec(spec);
  const rateHz = spec.rateHz ?? 500;
  const rampS = spec.rampS ?? condition.rampS;
  const illAt = illnessOf(spec, rampS);
  const healthy: Traits = { ...drawTraits(profile, undefined, seed), ...spec.traits };
  const diseased: Traits = { ...drawTraits(profile, spec.condition, seed), ...spec.traits };
  const noise = drawNoise(profile, seed);
  const levels = levelsOf(spec.noise);
  const heart: Heart = { seed, healthy, diseased, rhythm: condition.rhythm, illAt };
  const well = templateOf('normal', healthy, seed);
  const sick = templateOf(condition.morphology, diseased, seed);
  const own = Object.fromEntries(Object.entries(OWN_BEATS).map(([kind, name]) => [kind, templateOf(name, diseased, seed)])) as Record<keyof typeof OWN_BEATS, Template>;
  const eventsToDraw = timelineOf(heart);
  const eventsToTell = timelineOf(heart);
  const pSAt = (atS: number): number => (illAt(atS) >= 0.5 ? diseased : healthy).pMs / 1000;
  const templatesOf = ({ kind, ill }: VentricularEvent): readonly (readonly [Template, number])[] =>
    kind === 'conducted' ? [[well, 1 - ill], [sick, ill]] : [[own[kind], 1]];
  const episodes = (fromS: number, toS: number): Episode[] => [
    ...episodesIn(fromS, toS, noise, levels, seed),
    ...(spec.leadOff ?? []).filter((one) => one.fromS < toS && one.toS > fromS).map((one) => ({ kind: 'lead-off' as const, ...one })),
  ];

  const makeBlock = (index: number): Block => {
    const firstSample = index * BLOCK_SAMPLES;
    const canvas: Canvas = { firstSample, rateHz, leads: INDEPENDENT.map(() => new Float64Array(BLOCK_SAMPLES)) };
    const [fromS, toS] = [firstSample / rateHz, (firstSample + BLOCK_SAMPLES) / rateHz];
    const { atrial, ventricular } = eventsToDraw(fromS - BEFORE_S, toS + AFTER_S);
    for (const { onS } of atrial) {
      const ill = illAt(onS);
      drawWave(canvas, well.p, onS, pSAt(onS), 1 - ill);
      drawWave(canvas, sick.p, onS, pSAt(onS), ill);
    }
    const paceMarks: number[] = [];
    for (const event of ventricular) {
      for (const [template, share] of templatesOf(event)) {
        drawWave(canvas, template.qrs, event.onS, event.qrsS, share * event.scale);
        drawWave(canvas, template.jt, event.onS + event.qrsS, event.qtS - event.qrsS, share * event.scale);
      }
      if (event.kind !== 'paced') continue;
      const mark = Math.round((event.onS - PACE_LEAD_S) * rateHz);
      drawPace(canvas, mark);
      if (mark >= firstSample && mark < firstSample + BLOCK_SAMPLES) paceMarks.push(mark);
    }
    if (condition.rhythm === 'fibrillation') drawFibrillation(canvas, diseased, seed, illAt);
    const bursts = episodes(fromS, toS);
    if (Object.values(levels).some((level) => level > 0)) {
      const electrodes = ELECTRODES.map((name) => electrodeNoise(canvas, name, noise, levels, healthy.respirationHz, seed));
      for (const burst of bursts) {
        if (burst.kind === 'motion') addMotion(electrodes[ELECTRODES.indexOf(burst.electrode)], canvas, burst, noise.motionMv, seed);
      }
      addElectrodes(canvas, electrodes);
    }
    return { leads: canvas.leads, off: bursts.filter((one) => one.kind === 'lead-off'), paceMarks };
  };
  const blocks = new Map<number, Block>();
  const blockAt = (index: number): Block => {
    let block = blocks.get(index);
    if (block === undefined) {
      block = makeBlock(index);
      blocks.set(index, block);
      if (blocks.size > BLOCKS_KEPT) blocks.delete(blocks.keys().next().value!);
    }
    return block;
  };

  return {
    spec,
    seed,
    rateHz,
    sex: uniform(streamKey(seed, 'sex')) < healthy.maleShare ? 'male' : 'female',
    ageYears: Math.round(diseased.ageYears),
    healthy,
    diseased,
    render: (fromSample, count) => renderFrom(blockAt, fromSample, count, rateHz),
    truth: (fromS, toS) => {
      const { atrial, ventricular } = eventsToTell(fromS, toS);
      return {
        findings: findingsOf(spec, condition, rampS),
        beats: ventricular.map((event) => beatOf(event, pSAt(event.pOnS ?? event.onS), templatesOf(event).at(event.ill >= 0.5 ? -1 : 0)![0])),
        pWaves: atrial.map(({ onS, conducted }) => ({ ...pWaveOf(onS, pSAt(onS), illAt(onS) >= 0.5 ? sick : well), conducted })),
        episodes: episodes(fromS, toS),
      };
    },
  };
}

function renderFrom(blockAt: (index: number) => Block, fromSample: number, count: number, rateHz: number): Rendered {
  const mv = LEADS.map(() => new Float32Array(count));
  const paceMarks: number[] = [];
  const leadsOff = new Set<string>();
  const end = fromSample + count;
  for (let index = Math.floor(fromSample / BLOCK_SAMPLES); index * BLOCK_SAMPLES < end; index++) {
    const block = blockAt(index);
    const start = index * BLOCK_SAMPLES;
    const [first, last] = [Math.max(fromSample, start), Math.min(end, start + BLOCK_SAMPLES)];
    const [i, ii, ...chest] = block.leads;
    for (let n = first; n < last; n++) {
      const [a, b, at] = [i[n - start], ii[n - start], n - fromSample];
      mv[0][at] = a;
      mv[1][at] = b;
      mv[2][at] = b - a;
      mv[3][at] = -(a + b) / 2;
      mv[4][at] = a - b / 2;
      mv[5][at] = b - a / 2;
      for (let lead = 0; lead < 6; lead++) mv[6 + lead][at] = chest[lead][n - start];
    }
    paceMarks.push(...block.paceMarks.filter((mark) => mark >= first && mark < last));
    for (const off of block.off) {
      const [from, to] = [Math.max(first, Math.ceil(off.fromS * rateHz)), Math.min(last, Math.ceil(off.toS * rateHz))];
      if (from >= to) continue;
      for (const lead of twelveOff(off)) {
        mv[lead].fill(off.shows === 'flat' ? 0 : NaN, from - fromSample, to - fromSample);
        if (off.shows !== 'flat') leadsOff.add(LEADS[lead]);
      }
    }
  }
  return { firstSample: fromSample, mv, leadsOff: LEADS.filter((lead) => leadsOff.has(lead)), paceMarks };
}

/** Indices in LEADS: all six limb leads hang on I and II. */
function twelveOff({ electrode }: Episode): readonly number[] {
  const [first] = leadsOf(electrode);
  return first === 0 ? [0, 1, 2, 3, 4, 5] : [first + 4];
}
