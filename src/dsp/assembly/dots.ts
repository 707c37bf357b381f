/** Dot products in whole numbers, as src/dsp/kernels.ts defines them. */

/** Of each of `count` rows of `size` int8 (a multiple of 16) with one int16 row of as many; int32 results. */
export function dots(rows: usize, size: i32, count: i32, query: usize, to: usize): void {
  for (let k: i32 = 0; k < count; k++, to += 4) {
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    let q = query;
    for (let end = rows + <usize>size; rows < end; rows += 16, q += 32) {
      const x = v128.load(rows);
      low = i32x4.add(low, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(x), v128.load(q)));
      high = i32x4.add(high, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(x), v128.load(q, 16)));
    }
    const sums = i32x4.add(low, high);
    store<i32>(to, i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3));
  }
}
