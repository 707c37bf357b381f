/** The middle of the first `count` values (the upper one of two), by quickselect (Hoare 1961): reorders them; NaN where there is none. */
export function middle(values: Float64Array, count: number): number {
  if (count === 0) return NaN;
  const k = count >> 1;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k];
}
