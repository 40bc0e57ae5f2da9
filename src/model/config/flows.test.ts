import { expect, test } from 'vitest';
import { flowsSchema } from './flows.ts';
import { readDocumentText } from './read.ts';

const read = (text: string) => readDocumentText(text, 'flows.yaml', flowsSchema);
const messages = (text: string) => read(text).issues.map(({ path, message }) => `${path}: ${message}`);

test('what is known of networks and hosts, and what is kept of addresses', () => {
  const found = read(`
networks: [{ name: office, prefixes: [192.0.2.0/24, "2001:db8::/32"], site: berlin }]
names: { 192.0.2.1: gateway, "2001:db8::1": gateway }
geo: { country: country.mmdb }
exporters: [{ name: edge, addresses: [192.0.2.1], snmp: { user: watch, auth-file: /run/auth } }]
privacy: { addresses: pseudonyms, of: foreign, key-file: /run/key, threshold: 5 }
retention: { classes: { nat: { minimum: 26w, maximum: 52w } } }
`);
  expect(found.ok && found.value).toMatchObject({
    names: { '192.0.2.1': 'gateway' },
    privacy: { addresses: 'pseudonyms', of: 'foreign', 'key-file': '/run/key', 'keep-networks': [], threshold: 5 },
    retention: { classes: { nat: { minimum: 26 * 7 * 86_400_000 } } },
    'reverse-names': false,
  });
});

test('without a word about it addresses are kept as they are, and nobody is asked about them', () => {
  const found = read('{}');
  expect(found.ok && found.value).toMatchObject({
    networks: [],
    geo: {},
    privacy: { addresses: 'keep', threshold: 1 },
    'reverse-names': false,
  });
});

test.each([
  ['privacy: { addresses: pseudonyms }', 'privacy.key-file: expected addresses: pseudonyms and key-file together'],
  ['privacy: { key-file: /run/key }', 'privacy.key-file: expected addresses: pseudonyms and key-file together'],
  [
    'networks: [{ name: office, prefixes: [192.0.2.0/33] }]',
    'networks[0].prefixes[0]: expected a network such as 192.0.2.0/24 or 2001:db8::/32',
  ],
  [
    'retention: { classes: { nat: { minimum: 2d, maximum: 1d } } }',
    'retention.classes.nat.minimum: expected at most the maximum',
  ],
  [
    'exporters: [{ name: edge, addresses: [192.0.2.1], snmp: {} }]',
    'exporters[0].snmp.user: expected either community-file or user',
  ],
  [
    'exporters: [{ name: edge, addresses: [192.0.2.1], snmp: { user: watch, privacy-file: /run/p } }]',
    'exporters[0].snmp.auth-file: expected auth-file with privacy-file',
  ],
  [
    'privacy: { addresses: truncate }\nreverse-names: true',
    'reverse-names: expected false where addresses are not kept: nobody has names for pseudonyms',
  ],
])('%s is refused', (text, expected) => {
  expect(messages(text)).toEqual([expected]);
});

test('where to listen has a port that there is', () => {
  const listen = ['udp:127.0.0.1:65535', 'tcp:[2001:db8::1%eth0]:4739', 'udp:collector.example:2055'];
  expect(messages(JSON.stringify({ listen }))).toEqual([]);
  for (const wrong of ['udp:127.0.0.1:65536', 'udp:127.0.0.1:99999', 'udp:127.0.0.1', 'upd:127.0.0.1:2055']) {
    expect(messages(JSON.stringify({ listen: [wrong] }))).toEqual([
      'listen[0]: expected udp:HOST:PORT or tcp:HOST:PORT, with a port up to 65535',
    ]);
  }
});
