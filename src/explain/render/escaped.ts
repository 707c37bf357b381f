import { printable } from '../../ecg/index.js';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text that is text within a page, whatever is in it. */
export const escaped = (text: string): string => printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
