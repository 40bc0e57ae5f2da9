import { expect, test } from 'vitest';
import { parseAddress, type Address } from '../../model/index.ts';
import { communityId } from './community-id.ts';

function idOf(
  protocol: number,
  source: string,
  destination: string,
  [first, second]: readonly [number, number],
  seed = 0,
): string {
  const isIcmp = protocol === 1 || protocol === 58;
  return communityId(
    {
      source: parseAddress(source) as Address,
      destination: parseAddress(destination) as Address,
      protocol,
      sourcePort: isIcmp ? 0 : first,
      destinationPort: isIcmp ? 0 : second,
      icmp: isIcmp ? first * 256 + second : 0,
    },
    seed,
  );
}

// The specification's own baseline, and its reference program's tests.
test.each([
  [6, '1.2.3.4', '5.6.7.8', [1122, 3344], '1:wCb3OG7yAFWelaUydu0D+125CLM='],
  [6, '5.6.7.8', '1.2.3.4', [3344, 1122], '1:wCb3OG7yAFWelaUydu0D+125CLM='],
  [17, '1.2.3.4', '5.6.7.8', [1122, 3344], '1:0Mu9InQx6z4ZiCZM/7HXi2WMhOg='],
  [132, '1.2.3.4', '5.6.7.8', [1122, 3344], '1:EKt4MsxuyaE6mL+hmrEkQ9csDD8='],
  [132, '192.168.170.8', '192.168.170.56', [7, 7], '1:MP2EtRCAUIZvTw6MxJHLV7N7JDs='],
  [46, '1.2.3.4', '5.6.7.8', [0, 0], '1:ikv3kmf89luf73WPz1jOs49S768='],
  [6, '128.232.110.120', '66.35.250.204', [34_855, 80], '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  [6, '10.0.0.1', '10.0.0.2', [10, 11_569], '1:SXBGMX1lBOwhhoDrZynfROxnhnM='],
  [17, '192.168.1.52', '8.8.8.8', [54_585, 53], '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
  [6, '2001:db8::1', '2001:db8::2', [443, 51_000], '1:2TiKiiiSIuDma9IxOEOpx4wCXWM='],
  [1, '1.2.3.4', '5.6.7.8', [8, 0], '1:crodRHL2FEsHjbv3UkRrfbs4bZ0='],
  [1, '5.6.7.8', '1.2.3.4', [0, 0], '1:crodRHL2FEsHjbv3UkRrfbs4bZ0='],
  [1, '1.2.3.4', '5.6.7.8', [11, 0], '1:f/YiSyWqczrTgfUCZlBUnvHRcPk='],
  [1, '192.168.0.89', '192.168.0.1', [8, 0], '1:X0snYXpgwiv9TZtqg64sgzUn6Dk='],
  [1, '192.168.0.89', '192.168.0.1', [20, 0], '1:3o2RFccXzUgjl7zDpqmY7yJi8rI='],
  [1, '192.168.0.89', '192.168.0.1', [20, 1], '1:tz/fHIDUHs19NkixVVoOZywde+I='],
  [
    58,
    'fe80:1:203:405:607:809:a0b:c0d',
    'fe80:1011:1213:1415:1617:1819:1a1b:1c1d',
    [128, 0],
    '1:0bf7hyMJUwt3fMED7z8LIfRpBeo=',
  ],
  [
    58,
    'fe80:1011:1213:1415:1617:1819:1a1b:1c1d',
    'fe80:1:203:405:607:809:a0b:c0d',
    [129, 0],
    '1:0bf7hyMJUwt3fMED7z8LIfRpBeo=',
  ],
  [
    58,
    'fe80:1:203:405:607:809:a0b:c0d',
    'fe80:1011:1213:1415:1617:1819:1a1b:1c1d',
    [155, 0],
    '1:EvBBWYT0zEU0Gg9GDmH7rd7Mxk0=',
  ],
  [58, '3ffe:507:0:1:200:86ff:fe05:80da', '3ffe:507:0:1:260:97ff:fe07:69ea', [3, 0], '1:/OGBt9BN1ofenrmSPWYicpij2Vc='],
  [
    58,
    '3ffe:501:0:1802:260:97ff:feb6:7ff0',
    '3ffe:507:0:1:200:86ff:fe05:80da',
    [3, 0],
    '1:bnQKq8A2r//dWnkRW2EYcMhShjc=',
  ],
  [58, 'fe80::200:86ff:fe05:80da', 'fe80::260:97ff:fe07:69ea', [135, 0], '1:dGHyGvjMfljg6Bppwm3bg0LO8TY='],
] as const)('protocol %d from %s to %s with %j is %s', (protocol, source, destination, ports, expected) => {
  expect(idOf(protocol, source, destination, ports)).toBe(expected);
});

test('a seed gives other names', () => {
  expect(idOf(6, '1.2.3.4', '5.6.7.8', [1122, 3344], 1)).toBe('1:HhA1B+6CoLbiKPEs5nhNYN4XWfk=');
  expect(idOf(1, '192.168.0.89', '192.168.0.1', [20, 1], 1)).toBe('1:Ie3wmFyxiEyikbsbcO03d2nh+PM=');
});
