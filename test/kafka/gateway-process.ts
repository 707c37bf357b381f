/** A gateway and a sender as processes of their own. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { KafkaLogConfig } from '../../src/adapters/kafka/index.js';
import { venv } from '../encoder/venv.js';

export const python = venv('hl7-0.4.5', ['hl7apy==1.3.5', 'hl7==0.4.5']);

export async function startGateway({ brokers, topicPrefix }: KafkaLogConfig, port: number, closing: (() => unknown)[], door = 'hl7', more: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['dist/cli/main.js', 'gateway', door, '--brokers', String(brokers), '--port', String(port), '--http-port', '0', ...more], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, PURKINJE_KAFKA_PREFIX: topicPrefix, PURKINJE_ECG_DIR: undefined, ...env } });
  closing.push(() => child.kill('SIGKILL'));
  const ready = await new Promise<{ port: number; httpPort: number }>((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line)));
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)));
  });
  const memoryMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024;
  const kill = () =>
    new Promise<void>((resolve) => {
      child.removeAllListeners('exit').once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  return { ...ready, memoryMb, kill };
}

export function startSender(port: number, pauseS: number, paths: readonly string[], closing: (() => unknown)[]): Promise<{ acknowledged: number; resent: number; refused: string[] }> {
  const child = spawn(python!.python, ['test/gateway/hl7_sender.py', String(port), String(pauseS), ...paths], { stdio: ['ignore', 'pipe', 'inherit'] });
  closing.push(() => child.kill('SIGKILL'));
  let out = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  return new Promise((resolve, reject) => child.once('exit', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`the sender ended with ${code}`)))));
}
