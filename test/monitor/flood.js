/** A crowd of readers in a thread of its own, so that what it takes to ask is not taken from the monitor: `count` requests at once, by HTTP and by gRPC. Posts the status of each. */
import { request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import * as grpc from '@grpc/grpc-js';

const { port, grpcPort, token, ids, paths, count } = workerData;
const client = new grpc.Client(`127.0.0.1:${grpcPort}`, grpc.credentials.createInsecure());
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${token}`);

const overHttp = (path) =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${token}` }, agent: false }, (response) => {
      response.resume().on('end', () => resolve({ http: response.statusCode, retryAfter: response.headers['retry-after'] }));
    });
    sent.on('error', reject).end();
  });

/** GetRequest is one string, its field 1. */
const bytesOf = (id) => Buffer.concat([Buffer.of(0x0a, id.length), Buffer.from(id)]);
const overGrpc = (id) => new Promise((resolve) => void client.makeUnaryRequest('/ecg.v1.AlertService/Get', bytesOf, (bytes) => bytes, id, metadata, (error) => resolve({ grpc: error?.code ?? 0 })));

const answers = await Promise.all(Array.from({ length: count }, (_, n) => (n % 2 === 0 && ids.length > 0 ? overGrpc(ids[n % ids.length]) : overHttp(paths[n % paths.length]))));
client.close();
parentPort.postMessage(answers);
