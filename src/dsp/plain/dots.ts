export function dots(rows: Int8Array, query: Int16Array): Int32Array {
  const size = query.length;
  const out = new Int32Array(rows.length / size);
  for (let k = 0, at = 0; k < out.length; k++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += rows[at++] * query[i];
    out[k] = sum;
  }
  return out;
}
