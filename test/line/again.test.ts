/** Samples that an alert kept make its segment again, by whatever grid it was cut then. Invariants: I30, I111 */
import { expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, ASSEMBLE_FROM_START, physical } from '../../src/assemble/index.js';
import { stripOf } from '../../src/line/index.js';
import { encodeChunk } from '../../src/wire/index.js';
import { chunkOf, ramp, run } from '../assemble/stream.js';

test.each([['a phase', ASSEMBLE_DEFAULTS], ['none, as an engine before it', ASSEMBLE_FROM_START], ['another stride', { ...ASSEMBLE_DEFAULTS, strideS: 3 }]])('cut with %s', (_, options) => {
  const chunks = Array.from({ length: 45 }, (_, s) => chunkOf(s * 100, { I: ramp(s * 100, 100), II: ramp(s * 100, 100, 1) }, { sequence: s }));
  const { segments } = run(chunks, options);
  expect(segments.length).toBeGreaterThan(3);
  for (const segment of segments) {
    const strip = stripOf({ segment: segment.id, chunks: segment.sources.map((offset) => encodeChunk(chunks[offset])), missing: '' }, ASSEMBLE_DEFAULTS);
    expect(strip?.rows, segment.id).toEqual(physical(segment).rows);
  }
});
