/** Languages that the report is written in. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One text in every language. */
export type Text = Readonly<Record<Language, string>>;

/** The number as it is shown: what a text says and what is judged are the same. */
export function shownValue(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** A number as people read it: fixed decimals, the decimal sign of the language, a true minus. */
export function numberText(value: number, digits: number, language: Language): string {
  const fixed = value.toFixed(digits);
  const positive = Number(fixed) < 0 ? `−${fixed.slice(1)}` : fixed.replace('-', '');
  return language === 'de' ? positive.replace('.', ',') : positive;
}

const AND: Text = { en: ' and ', de: ' und ' };

/** `I, II and III`. */
export function listText(items: readonly string[], language: Language): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')}${AND[language]}${items[items.length - 1]}`;
}
