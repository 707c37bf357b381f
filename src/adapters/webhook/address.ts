import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** A network by its first address and the length of its prefix. */
export type Network = readonly [Address, number];

/** Public addresses at which a cloud serves its machines' own secrets (Azure's wire server). */
const METADATA: ReadonlySet<string> = new Set(['168.63.129.16']);

/** Throws for what is no CIDR. */
export function networkOf(cidr: string): Network {
  const [address, bits] = ipaddr.parseCIDR(cidr);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96 ? [address.toIPv4Address(), bits - 96] : [address, bits];
}

/** An address as it will be connected to: IPv4 within IPv6 is taken out, other forms of one address become the same. Undefined: none. */
export function addressOf(text: string): Address | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

export function isIn(address: Address, networks: readonly Network[]): boolean {
  return networks.some(([first, bits]) => first.kind() === address.kind() && address.match(first, bits));
}

/** Public: neither this machine nor its neighbours, a provider's inside, a cloud's metadata or a range with a purpose of its own. */
export function isPublic(address: Address): boolean {
  return address.range() === 'unicast' && !METADATA.has(address.toString());
}
