import { Command } from 'commander';
import { type ClientOptions, withConnection } from '../alerts/client.js';
import { DEFAULT_MODEL } from '../explain/recorded.js';
import { RecordingFolder } from './folder.js';
import { Recordings } from './recordings.js';
import { mcpServer } from './server.js';
import { BoundedLines, MESSAGE_MAX_BYTES } from './stdin.js';

interface McpOptions extends ClientOptions {
  readonly root?: string;
  readonly model: string;
}

const TOO_LARGE = `${JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_600, message: `a message has at most ${MESSAGE_MAX_BYTES} bytes` } })}\n`;

export function mcpCommand(): Command {
  const own = new Command('mcp')
    .description('tools for language models (Model Context Protocol, stdio): measure, report, ask, compare and history, over recordings on disk and a monitor. They read, and change nothing. For research')
    .option('--root <folder>', 'recordings; nothing outside of it is read')
    .option('--model <dir>', 'model folder, of recordings', DEFAULT_MODEL);
  return withConnection(own, 'HTTP of the monitor (default: 127.0.0.1:8081)')
    .addHelpText('after', '\nExample:\n  purkinje mcp --root recordings --monitor monitor:8081 --token-file token')
    .action(run);
}

async function run({ root, model, ...client }: McpOptions): Promise<void> {
  const folder = root === undefined ? undefined : await RecordingFolder.open(root);
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
  const recordings = new Recordings(folder, model);
  const server = mcpServer(recordings, client);
  const input = process.stdin.pipe(new BoundedLines(() => void process.stdout.write(TOO_LARGE)));
  const ended = new Promise((resolve) => input.once('end', resolve));
  await server.connect(new StdioServerTransport(input, process.stdout));
  // The client has gone.
  await ended;
  await server.close();
  await recordings.close();
}
