import { type Chunk, isNominally, type LeadBlock, LEADS, NO_SAMPLE_INT16 } from '../ecg/index.js';
import { Refused } from './refusal.js';
import type { SiteMap } from './site-map.js';
import type { Placed } from './stream.js';
import type { Wave } from './waves.js';

/** Leads of one device that begin together and are equally long: a chunk without its place. */
export interface Piece {
  readonly device: string;
  readonly rateHz: number;
  readonly startMs: number | undefined;
  readonly samples: number;
  readonly blocks: readonly LeadBlock[];
  readonly declaredLeads: readonly string[];
  /** Of no patient: a test, or training. */
  readonly demo: boolean;
}

/** A chunk stays well under the largest record, whatever its leads are. */
const PIECE_SECONDS_MAX = 10;

/** The waves of one message as pieces, in the order of their time. Throws Refused. */
export function piecesOf(waves: readonly Wave[], map: SiteMap, demo = false): readonly Piece[] {
  const groups = new Map<string, Wave[]>();
  const rates = new Map<string, number>();
  const leads = new Map<string, Set<string>>();
  const empty = waves.filter(({ samples }) => samples.length === 0);
  for (const { device, lead } of empty) leads.set(device, (leads.get(device) ?? new Set()).add(lead));
  for (const wave of waves) {
    const { device, rateHz, startMs, samples, lead } = wave;
    if (samples.length === 0) continue;
    const nominalHz = rates.get(device) ?? rateHz;
    if (!isNominally(nominalHz, rateHz)) throw new Refused('rates-differ');
    rates.set(device, nominalHz);
    leads.set(device, (leads.get(device) ?? new Set()).add(lead));
    const key = `${device} ${startMs} ${samples.length}`;
    const group = groups.get(key) ?? [];
    if (group.some((other) => other.lead === lead)) throw new Refused('lead-repeated');
    groups.set(key, [...group, wave]);
  }
  for (const group of groups.values()) group.push(...emptyBeside(group, empty, waves));
  const pieces = [...groups.values()].flatMap((group) => [...cut(group, declared(leads.get(group[0].device) ?? new Set(), map), demo)]);
  return pieces.sort((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0));
}

/** Leads of the device and time of a group that have no sample in any: missing for as long as the group is. */
function emptyBeside([first]: readonly Wave[], empty: readonly Wave[], waves: readonly Wave[]): readonly Wave[] {
  const isHere = ({ device, startMs }: Wave) => device === first.device && startMs === first.startMs;
  const sent = new Set(waves.filter((wave) => isHere(wave) && wave.samples.length > 0).map(({ lead }) => lead));
  const leads = new Set(empty.filter(isHere).map(({ lead }) => lead));
  return [...leads].filter((lead) => !sent.has(lead)).map((lead) => ({ ...first, lead, samples: new Int16Array(first.samples.length).fill(NO_SAMPLE_INT16) }));
}

/** In the engine's order, further leads behind. */
function declared(sent: ReadonlySet<string>, { leads = [] }: SiteMap): readonly string[] {
  const all = new Set([...leads, ...sent]);
  return [...LEADS.filter((lead) => all.has(lead)), ...[...all].filter((lead) => !(LEADS as readonly string[]).includes(lead)).sort()];
}

function* cut(group: readonly Wave[], declaredLeads: readonly string[], demo: boolean): Generator<Piece> {
  const [{ device, rateHz, startMs, samples }] = group;
  const most = Math.floor(rateHz * PIECE_SECONDS_MAX);
  for (let from = 0; from < samples.length; from += most) {
    const to = Math.min(samples.length, from + most);
    yield {
      device,
      rateHz,
      startMs: startMs === undefined ? undefined : startMs + (from * 1000) / rateHz,
      samples: to - from,
      blocks: group.map(({ lead, aduPerMv, offsetAdu, samples: all }) => ({ lead, origin: 'measured', aduPerMv, offsetAdu, samples: all.subarray(from, to), leadOff: false })),
      declaredLeads,
      demo,
    };
  }
}

/** The piece at its place in the device's stream. */
export function chunkOf({ device, blocks, declaredLeads, demo }: Piece, place: Pick<Placed, 'epoch' | 'rateHz' | 'firstSample' | 'startMs'>, gatewayTimeMs: number, { placement, band }: SiteMap): Chunk {
  return {
    device,
    epoch: place.epoch,
    // As steady as the position is: the same samples are the same chunk, whenever they come.
    sequence: place.firstSample,
    firstSample: place.firstSample,
    deviceTimeMs: Math.round(place.startMs),
    gatewayTimeMs,
    rateHz: place.rateHz,
    declaredLeads,
    blocks,
    band: { ...band, phase: 'unknown' },
    placement,
    calibration: false,
    demo,
    endOfStream: false,
  };
}
