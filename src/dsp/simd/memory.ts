/** The WebAssembly module and its memory: scratch that every call lays out again, from the first free byte on. */
import { KERNELS } from '../gen/kernels.js';

/** What of WebAssembly is used; Node's types do not name it. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: unknown;
  }
}

/** The exports of src/dsp/assembly/index.ts. Numbers are byte addresses, but for counts and values. */
export interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  heapBase(): number;
  split64(from: number, n: number, down: number, planes: number, pitch: number): void;
  split32(from: number, n: number, down: number, planes: number, pitch: number): void;
  sums64(base: number, terms: number, pairs: number, singles: number, out: number, count: number): void;
  sums32(base: number, terms: number, pairs: number, singles: number, out: number, count: number): void;
  join64(planes: number, n: number, up: number, pitch: number, out: number): void;
  join32(planes: number, n: number, up: number, pitch: number, out: number): void;
  biquad(a: number, b: number, c: number, d: number, n: number, step: number, section: number, state: number): void;
  biquads(a: number, b: number, c: number, d: number, n: number, step: number, sections: number, states: number): void;
  sumAndRange(row: number, n: number, range: number): number;
  squares(row: number, n: number, mean: number): number;
  normalise(row: number, n: number, offset: number, divisor: number): void;
  clip(row: number, n: number, lower: number, upper: number): void;
  widen(from: number, n: number, factor: number, to: number): void;
  hasHole16(row: number, n: number): number;
  hasHole32(row: number, n: number): number;
  within(row: number, n: number, limit: number): number;
  fromInt16(from: number, n: number, offset: number, gain: number, to: number): void;
  fromInt16Wide(from: number, n: number, offset: number, gain: number, to: number): void;
  fromInt32(from: number, n: number, none: number, offset: number, gain: number, to: number): void;
  fromFloat32(from: number, n: number, offset: number, gain: number, to: number): void;
  weighted(rows: number, pitch: number, weights: number, terms: number, n: number, to: number): void;
  movingAverage(row: number, n: number, half: number, sums: number, to: number): void;
  windows(row: number, stride: number, width: number, count: number, pitch: number, to: number): void;
  rectify(from: number, n: number, to: number): void;
  addClamped(a: number, b: number, n: number, limit: number): void;
  pooled(rows: number, pitch: number, count: number, steps: number, channels: number, to: number): void;
  layer(input: number, advance: number, pairs: number, weights: number, bias: number, outputs: number, shift: number, floor: number, ceiling: number, steps: number, out: number): void;
  dots(rows: number, size: number, count: number, query: number, to: number): void;
}

const PAGE = 65536;
/** Room beyond each piece, because kernels round their ends up to a vector. */
const MARGIN = 32;

export class Scratch {
  f64!: Float64Array;
  f32!: Float32Array;
  i32!: Int32Array;
  i16!: Int16Array;
  i8!: Int8Array;
  private end = 0;
  private readonly base: number;

  constructor(readonly run: Exports) {
    this.base = run.heapBase();
    this.view();
  }

  /** Byte address of one piece of `size` bytes; what was there before is nobody's. */
  hold(size: number): number {
    this.reach(this.base + size + MARGIN);
    return this.base;
  }

  /** Byte addresses of pieces of these sizes. */
  lay(...sizes: readonly number[]): number[] {
    let top = this.base;
    const at: number[] = [];
    for (const size of sizes) {
      at.push(top);
      top += Math.ceil(size / 16) * 16 + MARGIN;
    }
    this.reach(top);
    return at;
  }

  private reach(end: number): void {
    if (end <= this.end) return;
    this.run.memory.grow(Math.ceil((end - this.end) / PAGE));
    this.view();
  }

  private view(): void {
    const { buffer } = this.run.memory;
    this.end = buffer.byteLength;
    this.f64 = new Float64Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.i16 = new Int16Array(buffer);
    this.i8 = new Int8Array(buffer);
  }
}

/** Undefined where there is no WebAssembly, or none with SIMD. */
export function instantiate(): Scratch | undefined {
  try {
    const bytes = Uint8Array.from(atob(KERNELS), (character) => character.charCodeAt(0));
    return new Scratch(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports);
  } catch {
    return undefined;
  }
}
