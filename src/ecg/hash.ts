import { createHash } from 'node:crypto';

/** SHA-256 in hex: the one outside function of the vocabulary, because ids and chains are hashes. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
