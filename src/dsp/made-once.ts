/** What costs much to make and is asked for again: kept, but never without a bound, for a device may claim any rate and length. */

/** More than the rates and lengths that the devices of a ward and the contracts of its models bring together. */
export const KEPT_MAX = 32;

/** @returns a function that gives what was made for `key`, or makes it; beyond `KEPT_MAX`, what was asked for longest ago is let go. */
export function madeOnce<Key extends string | number, Value>(): (key: Key, make: () => Value) => Value {
  const kept = new Map<Key, { readonly value: Value }>();
  return (key, make) => {
    const known = kept.get(key);
    const entry = known ?? { value: make() };
    // A Map iterates in the order of insertion: what is asked for goes to the end.
    if (known !== undefined) kept.delete(key);
    kept.set(key, entry);
    if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value!);
    return entry.value;
  };
}
