import { Observable, type OperatorFunction } from 'rxjs';
import type { Encoding, Scored } from './encode.js';
import type { Update } from './update.js';

/** One update in the order of its device; filled in when its scores are there. */
interface Place {
  update: Update<Scored> | undefined;
}

/** Updates move on when their scores are there: those of one device in their order, and no device waits for another. */
export function orderedByDevice(): OperatorFunction<Encoding, Update<Scored>> {
  return (encodings$) =>
    new Observable((subscriber) => {
      /** Only of devices for which something waits. */
      const waiting = new Map<string, Place[]>();
      let isComplete = false;

      const release = (device: string): void => {
        const places = waiting.get(device)!;
        for (let update = places[0]?.update; update !== undefined; update = places[0]?.update) {
          places.shift();
          subscriber.next(update);
        }
        if (places.length === 0) waiting.delete(device);
        if (isComplete && waiting.size === 0) subscriber.complete();
      };
      const pass = ({ device, update }: Encoding): void => {
        const places = device === undefined ? undefined : waiting.get(device);
        const isReady = !(update instanceof Promise);
        if (device === undefined || (isReady && places === undefined)) return void subscriber.next(update as Update<Scored>);
        const place: Place = { update: isReady ? update : undefined };
        if (places === undefined) waiting.set(device, [place]);
        else places.push(place);
        if (isReady) return;
        update.then(
          (scored) => {
            if (subscriber.closed) return;
            place.update = scored;
            release(device);
          },
          (error: unknown) => subscriber.error(error),
        );
      };
      return encodings$.subscribe({
        next: pass,
        error: (error) => subscriber.error(error),
        complete: () => {
          isComplete = true;
          if (waiting.size === 0) subscriber.complete();
        },
      });
    });
}
