/** Whether a text begins with a layout of its own: comment lines, of which one is `# rateHz:` or `# time:`. */
export function statesLayout(text: string): boolean {
  return /^(?:\uFEFF)?(?:\s*#[^\n]*\n)*?\s*#\s*(?:rateHz|time)\s*:/.test(text);
}
