/** Where a webhook may go: nowhere inside, in whatever form the address is written. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, isIn, isPublic, networkOf } from '../../src/adapters/webhook/index.js';

const FORBIDDEN: readonly [text: string, what: string][] = [
  ['127.0.0.1', 'this machine'],
  ['127.255.255.254', 'this machine'],
  ['2130706433', 'this machine, as one number'],
  ['0x7f000001', 'this machine, in hexadecimal'],
  ['0177.0.0.1', 'this machine, in octal'],
  ['127.1', 'this machine, shortened'],
  ['0.0.0.0', 'this machine, unspecified'],
  ['::1', 'this machine'],
  ['::', 'unspecified'],
  ['::ffff:127.0.0.1', 'this machine within IPv6'],
  ['::ffff:7f00:1', 'this machine within IPv6, in hexadecimal'],
  ['::127.0.0.1', 'this machine within IPv6, as it once was'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['::ffff:10.0.0.1', 'private within IPv6'],
  ['fd00::1', 'unique local'],
  ['fc00::1', 'unique local'],
  ['fec0::1', 'site local'],
  ['fe80::1', 'of the link'],
  ['fe80::1%eth0', 'of the link, with its zone'],
  ['169.254.1.1', 'of the link'],
  ['169.254.169.254', 'metadata of most clouds'],
  ['fd00:ec2::254', 'metadata of AWS'],
  ['100.100.100.200', 'metadata of Alibaba'],
  ['192.0.0.192', 'metadata of Oracle'],
  ['168.63.129.16', "Azure's wire server"],
  ['100.64.0.1', "a provider's inside"],
  ['224.0.0.1', 'many'],
  ['ff02::1', 'many'],
  ['255.255.255.255', 'all'],
  ['240.0.0.1', 'reserved'],
  ['198.18.0.1', 'for benchmarks'],
  ['192.0.2.1', 'for documents'],
  ['2001:db8::1', 'for documents'],
  ['64:ff9b::7f00:1', 'this machine, through NAT64'],
  ['2002:7f00:1::', 'this machine, through 6to4'],
  ['2001:0:7f00:1::', 'through Teredo'],
];

test.each(FORBIDDEN)('%s is not public: %s', (text) => {
  const address = addressOf(text);
  expect(address).toBeDefined();
  expect(isPublic(address!)).toBe(false);
});

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('%s is public', (text) => expect(isPublic(addressOf(text)!)).toBe(true));

test.each(['', 'localhost', 'pager.example', '1.2.3.4.5', '300.1.1.1', ':::', '10.0.0.1/8'])('%j is no address', (text) => expect(addressOf(text)).toBeUndefined());

test('every IPv4 address is judged within IPv6 as it is alone', () => {
  fc.assert(
    fc.property(fc.ipV4(), (text) => {
      expect(isPublic(addressOf(`::ffff:${text}`)!)).toBe(isPublic(addressOf(text)!));
      expect(addressOf(`::ffff:${text}`)!.toString()).toBe(text);
    }),
  );
});

describe('what is listed', () => {
  const listed = (text: string, ...networks: string[]) => isIn(addressOf(text)!, networks.map(networkOf));
  test('may be called, and nothing beside it', () => {
    expect([listed('10.1.2.3', '10.1.0.0/16'), listed('10.2.0.1', '10.1.0.0/16'), listed('8.8.8.8', '10.1.0.0/16')]).toEqual([true, false, false]);
    expect([listed('fd00::5', 'fd00::/64'), listed('fd01::5', 'fd00::/64'), listed('10.0.0.1', 'fd00::/8')]).toEqual([true, false, false]);
  });
  test('is the same within IPv6', () => expect([listed('::ffff:10.1.2.3', '10.1.0.0/16'), listed('10.1.2.3', '::ffff:10.1.0.0/112')]).toEqual([true, true]));
  test('is nothing where nothing is', () => expect(listed('127.0.0.1')).toBe(false));
  test('must be a network', () => expect(() => networkOf('10.1.2.3')).toThrow());
});
