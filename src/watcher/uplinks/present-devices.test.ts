import { expect, test } from 'vitest';
import { uplinksSchema } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { PresentDevices } from './present-devices.ts';

test('devices that come and go are seen within a second, and asked for no more often', () => {
  const uplinks = uplinksSchema.parse([
    { name: 'isp1', device: 'wan1', gateway: '192.168.76.1' },
    { name: 'isp2', device: 'wan2', gateway: '192.168.75.1' },
  ]);
  const clock = new ManualClock();
  const present = new PresentDevices(clock);
  let devices = ['wan2'];
  let asked = 0;
  const network = {
    links: () => {
      asked++;
      return devices.map((device, index) => ({ index, device, up: true, carrier: true, mtuBytes: 1500 }));
    },
  };
  const absent = () => [...present.absent(uplinks, network).keys()];
  expect(absent()).toEqual(['isp1']);
  devices = ['wan1', 'wan2'];
  clock.advance(999);
  expect(absent()).toEqual(['isp1']);
  expect(asked).toBe(1);
  clock.advance(1);
  expect(absent()).toEqual([]);
});
