/** The two quantiles that are used of it; the package has no types of its own. */
declare module 'jstat' {
  interface Jstat {
    readonly gamma: { inv(probability: number, shape: number, scale: number): number };
    readonly beta: { inv(probability: number, alpha: number, beta: number): number };
  }
  const jstat: { readonly jStat: Jstat };
  export default jstat;
}
