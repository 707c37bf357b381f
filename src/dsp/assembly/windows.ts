/** Windows of a row: least, most, mean, mean absolute second difference. Two samples a vector, as `plain/windows.ts` adds them. */

// @ts-ignore: decorator
@inline
function pair(at: usize, stride: i32): v128 {
  // A sum begins with zero, so that no mean is −0.
  const zero = f64x2.splat(0);
  if (stride == 1) return f64x2.add(zero, f64x2.promote_low_f32x4(v128.load64_zero(at)));
  if (stride == 2) {
    const x = v128.load(at);
    const a = f64x2.promote_low_f32x4(x);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1));
    return f64x2.mul(f64x2.splat(0.5), f64x2.add(f64x2.add(zero, v128.shuffle<f64>(a, b, 0, 2)), v128.shuffle<f64>(a, b, 1, 3)));
  }
  return f64x2.replace_lane(f64x2.splat(mean(at, stride)), 1, mean(at + (<usize>stride << 2), stride));
}

// @ts-ignore: decorator
@inline
function mean(at: usize, stride: i32): f64 {
  let sum: f64 = 0;
  for (let j: i32 = 0; j < stride; j++, at += 4) sum += <f64>load<f32>(at);
  return sum / <f64>stride;
}

/**
 * `count` windows of `width` means of `stride` neighbours each, one after the other. Results are `pitch` bytes apart: lows, highs, levels, bends;
 * a level that is no finite number says that the window has a hole. `width` is at least four. Reads up to two samples beyond the end.
 */
export function windows(row: usize, stride: i32, width: i32, count: i32, pitch: i32, to: usize): void {
  const two: usize = <usize>stride << 3;
  const even = width & ~1;
  for (let k: i32 = 0; k < count; k++, to += 8) {
    let last = pair(row, stride);
    row += two;
    let sums = last;
    let bends = f64x2.splat(0);
    let low = last;
    let high = last;
    for (let i: i32 = 2; i < even; i += 2, row += two) {
      const x = pair(row, stride);
      const before = v128.shuffle<f64>(last, x, 1, 2);
      sums = f64x2.add(sums, x);
      bends = f64x2.add(bends, f64x2.abs(f64x2.add(f64x2.sub(f64x2.sub(x, before), before), last)));
      low = f64x2.min(low, x);
      high = f64x2.max(high, x);
      last = x;
    }
    let evens = f64x2.extract_lane(sums, 0);
    let evenBends = f64x2.extract_lane(bends, 0);
    let least = min<f64>(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
    let most = max<f64>(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
    if (even < width) {
      const u = mean(row, stride);
      row += two >> 1;
      const q = f64x2.extract_lane(last, 1);
      evens += u;
      evenBends += abs<f64>(u - q - q + f64x2.extract_lane(last, 0));
      least = min<f64>(least, u);
      most = max<f64>(most, u);
    }
    store<f64>(to, least);
    store<f64>(to + <usize>pitch, most);
    store<f64>(to + 2 * <usize>pitch, (evens + f64x2.extract_lane(sums, 1)) / <f64>width);
    store<f64>(to + 3 * <usize>pitch, (evenBends + f64x2.extract_lane(bends, 1)) / <f64>(width - 2));
  }
}
