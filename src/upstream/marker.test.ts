import { expect, test } from 'vitest';
import { statOf } from '../proc.ts';
import { deadMark, sleep, started, unnoticed } from './forged.fixture.ts';
import { lives, marker, markerName, markIn, ourselves } from './marker.ts';

const marked = (value: string) => `PATH=/bin\0${markerName}=${value}\0HOME=/\0`;

test('a marker says who we are', () => {
  expect(markIn(marked(marker()))).toEqual({
    pid: process.pid,
    start: statOf(process.pid)!.start,
    namespace: expect.stringMatching(/^\d+$/),
    after: expect.any(Number),
  });
});

test('it says when the process was started that it is given to', async () => {
  const { start, after } = markIn(marked(marker()))!;
  const child = await started(sleep);
  expect(Math.abs(statOf(child.pid)!.start - (start + after))).toBeLessThan(100);
});

test.for([
  '',
  'nobody',
  '1',
  '1:2:3',
  '1:2::4',
  '0:2:3:4',
  '-1:2:3:4',
  '1:-2:3:4',
  '1:2:3:4:5',
  ' 1:2:3:4',
  '1:2:3:4 ',
  '1:2:3:4\n',
  '1e3:2:3:4',
  '0x1:2:3:4',
  '12345678901:2:3:4',
  '1:1234567890123456:3:4',
  '1:2:3:1234567890123456',
])('"%s" is no marker', value => {
  expect(markIn(marked('1:2:3:4'))).toEqual({ pid: 1, start: 2, namespace: '3', after: 4 });
  expect(markIn(marked(value))).toBeUndefined();
});

test('neither are two of them, nor one in the middle of another variable', () => {
  expect(markIn(marked('1:2:3:4') + marked('1:2:3:4'))).toBeUndefined();
  expect(markIn(`NOTE=${markerName}=1:2:3:4\0`)).toBeUndefined();
  expect(markIn(`MY_${markerName}=1:2:3:4\0`)).toBeUndefined();
  expect(markIn('')).toBeUndefined();
});

test('an owner lives as long as its process', async () => {
  expect(lives(ourselves())).toBe(true);
  expect(lives(await deadMark())).toBe(false);
});

test('an owner does not live when another process has its pid', () => {
  expect(lives({ ...ourselves(), start: ourselves().start - 1 })).toBe(false);
});

test('an owner that has ended does not live, though nobody has noticed its end', async () => {
  const { pid } = await unnoticed();
  expect(lives({ ...ourselves(), pid, start: statOf(pid)!.start })).toBe(false);
});
