import * as pb from './gen/ecg/v1/checkpoint.js';

/** Layout of the JSON inside; a step that meets another one refuses to start rather than guess. */
const VERSION = 1;

export function encodeCheckpoint(state: unknown): Uint8Array {
  return pb.Checkpoint.encode({ version: VERSION, state: Buffer.from(JSON.stringify(state)) }).finish();
}

export function decodeCheckpoint<State>(bytes: Uint8Array): State {
  const { version, state } = pb.Checkpoint.decode(bytes);
  if (version !== VERSION) throw new Error(`ecg.checkpoints.v1: layout ${version}, this engine reads ${VERSION}: run the version that wrote it, or start with new topics`);
  return JSON.parse(state.toString('utf8')) as State;
}
