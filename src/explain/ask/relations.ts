import type { Catalogue } from '../../contract/index.js';
import type { AskedFacts } from './asked.js';

/** Codes of each finding of the catalogue, findings of each code. */
export function relationsOf({ findings }: Catalogue): AskedFacts['relatedTo'] {
  return (id) => {
    const codes = findings.find((finding) => finding.id === id)?.codes.scp;
    const of = findings.filter((finding) => finding.codes.scp.includes(id)).map((finding) => finding.id);
    return codes ?? (of.length > 0 ? of : undefined);
  };
}
