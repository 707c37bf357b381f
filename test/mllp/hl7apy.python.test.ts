/** Our client against an MLLP server that is not ours. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { encodeEr7, MllpClient } from '../../src/adapters/mllp/index.js';
import { deliveryId, reportAlert } from '../../src/deliver/index.js';
import { alert, AT_MS, nameOf } from '../deliver/alert-events.js';
import { venv } from '../encoder/venv.js';

const environment = venv('hl7-0.4.5', ['hl7apy==1.3.5', 'hl7==0.4.5']);

describe.skipIf(environment === undefined)("hl7apy's server", () => {
  it('acknowledges each phase of an alert', async () => {
    const receiver = spawn(environment!.python, ['test/mllp/hl7apy_receiver.py'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void receiver.kill('SIGKILL'));
    const lines: string[] = [];
    createInterface(receiver.stdout).on('line', (line) => lines.push(line));
    await vi.waitFor(() => expect(lines).toHaveLength(1), 20_000);
    const client = new MllpClient({ host: '127.0.0.1', port: Number(lines[0]), clock: systemClock() });
    for (const [k, state] of (['raised', 'escalated', 'acknowledged', 'resolved'] as const).entries()) {
      const delivery = { event: alert({ bed: 'bed|^~\\&\r7' }, { state, sequence: k + 1 }), as: 'news' as const };
      expect(await client.exchange(encodeEr7(reportAlert(delivery, nameOf, AT_MS)), deliveryId(delivery))).toEqual({ type: 'accepted' });
    }
    client.close();
    await vi.waitFor(() => expect(lines).toHaveLength(5), 5000);
    expect(lines.slice(1)).toEqual(['start', 'escalate', 'update', 'end'].map((phase) => `${alert().alertId} ${phase}`));
  });
});
