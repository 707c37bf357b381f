import { map, type OperatorFunction } from 'rxjs';

/** Lifts a room's pure step into a stream: the state stays here, only what comes out goes on. */
export function lift<State, Input, Out>(step: (state: State, input: Input) => { state: State; out: Out }, initial: State): OperatorFunction<Input, Out> {
  return (input$) => {
    let state = initial;
    return input$.pipe(
      map((input) => {
        const result = step(state, input);
        state = result.state;
        return result.out;
      }),
    );
  };
}
