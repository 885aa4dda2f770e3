// The worker that is measured.
import { WorkerEntrypoint } from "cloudflare:workers";
import * as messages from "measure.js";

export default class extends WorkerEntrypoint {
  echo(kind, n, value) { return messages.echo(kind, n, value); }

  /** Only streams of bytes cross a binding. */
  stream(bytes) {
    const chunks = messages.chunks(bytes);
    return new ReadableStream({
      type: "bytes",
      pull(controller) {
        const { done, value } = chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
  }
}
