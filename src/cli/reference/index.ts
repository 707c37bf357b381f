import { Command } from 'commander';
import { z } from 'zod';
import { configSchema } from '../../config/index.js';
import { contractSchema } from '../../contract/index.js';
import { openApiDocument } from '../../monitor/index.js';
import { COMMANDS } from '../commands.js';
import { withSubcommands } from '../subcommands.js';
import { VERSION } from '../version.js';
import { asyncApiDocument } from './asyncapi.js';

/** The public surface as text: the files of docs/reference, by name. */
export async function referenceFiles(): Promise<Readonly<Record<string, string>>> {
  const program = await withSubcommands(new Command('purkinje'), COMMANDS, []);
  return {
    'commands.md': `# Commands\n\nMade from the code by \`npm run reference\`.\n${program.commands.map((command) => sectionOf(command, [])).join('')}`,
    'configuration.schema.json': schemaText('Configuration of Purkinje (--config FILE.yaml)', configSchema),
    'encoder.schema.json': schemaText('encoder.json: what Purkinje must know of an encoder', contractSchema),
    'openapi.json': jsonText(openApiDocument(VERSION)),
    'asyncapi.json': jsonText(await asyncApiDocument(VERSION)),
  };
}

function sectionOf(command: Command, path: readonly string[]): string {
  const name = [...path, command.name()];
  const signature = [...name, ...command.registeredArguments.map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`).replace(/(.)$/, argument.variadic ? '...$1' : '$1'))].join(' ');
  if (command.commands.length > 0) return command.commands.map((one) => sectionOf(one, name)).join('');
  const options = command.options.map(({ flags, description, defaultValue, mandatory }) => `| \`${flags.replaceAll('|', '\\|')}\` | ${cell(description)}${mandatory ? '; required' : ''} | ${defaultValue === undefined ? '' : `\`${JSON.stringify(defaultValue)}\``} |\n`);
  const table = options.length === 0 ? '' : `\n| option | | default |\n| --- | --- | --- |\n${options.join('')}`;
  return `\n## purkinje ${signature}\n\n${command.description()}\n${table}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const jsonText = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

function schemaText(title: string, schema: z.ZodType): string {
  return jsonText({ title, ...z.toJSONSchema(schema, { io: 'input' }) });
}
