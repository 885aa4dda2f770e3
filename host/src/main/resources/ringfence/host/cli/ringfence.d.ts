// Types of what Ringfence adds to a service: the global `service`, `service:NAME` modules, their handles and errors.
//
//   tsconfig.json, or jsconfig.json for JavaScript that is checked:
//     { "compilerOptions": { "lib": ["esnext", "webworker"], "module": "esnext", "moduleResolution": "bundler",
//       "checkJs": true, "noEmit": true, "strict": true }, "files": ["ringfence.d.ts", "page.js"] }
//
// Services in TypeScript import each other's files by their full names, so add "allowImportingTsExtensions": true, and
// "isolatedModules": true, by which the compiler refuses what can't be taken out of one file alone. Where there is no
// tsconfig.json, a file's first line can be: /// <reference path="./ringfence.d.ts" />
//
// The web platform is TypeScript's own lib `webworker`, the modules `node:...` are @types/node. Both hold more than a
// service has: docs/web-platform.md and the README say what there is.
//
// An import takes any call, until a declaration of the author's tells what it exports:
//
//   declare module "service:counter" {
//     const counter: Ringfence.Import<typeof import("./counter.js")>;
//     export default counter;
//   }
//   declare namespace Ringfence { interface Imports { counter: Import<typeof import("./counter.js")>; } }

declare const service: Ringfence.Service;

declare module "service:*" {
  const handle: Ringfence.Import;
  export default handle;
}

declare namespace Ringfence {
  interface Service {
    readonly name: string;
    /** The services that this one has declared, by name: the same objects as from `service:NAME`. */
    readonly imports: Readonly<Imports> & { readonly [name: string]: Import };
    /** The variables that were granted. */
    readonly env: { readonly [name: string]: string | undefined };
    /** What came behind `--`. */
    readonly args: readonly string[];
    /** Where the server listens; empty before it does and when it has stopped. */
    readonly listening: readonly Place[];
    /** Who calls: there in an exported function up to its first `await`. Keep the object for later. */
    readonly caller: Caller | undefined;
    /** The W3C trace context of the work at hand, for logs; undefined if it belongs to no trace. */
    readonly traceparent: string | undefined;
    /** Tells all importers, in order. Resolves when those that block have room; false if an importer lost the event. */
    emit(event: string, ...values: unknown[]): Promise<boolean>;
    call(name: string, functionName: string, values?: readonly unknown[], options?: CallOptions | null): Call<any>;
    create(definition: ChildDefinition): Promise<Child>;
    /** Has a function run, and awaited, before the end, while everything that the service imports is still there. */
    onClose(callback: () => unknown): void;
  }

  /** To be filled by declarations of the author's. */
  interface Imports {}

  interface Caller {
    /** As the host has linked it. */
    readonly name: string;
    /** Aborted when the caller gives up, has closed, or its time is over. */
    readonly signal: AbortSignal;
    /** Milliseconds that the caller still waits. */
    readonly timeLeft: number;
  }

  // ---- imports

  /** What another service looks like; `Exports` is the type of its module. */
  type Import<Exports = AnyExports> = ImportHandle & {
    readonly [Name in keyof Exports as Exports[Name] extends AnyFunction ? Name : never]: Remote<Exports[Name]>;
  };

  interface ImportHandle {
    /** Whether it is connected. */
    readonly state: "running" | "closed";
    on<Event extends string>(event: Event, callback: Listener<Event>): this;
    once<Event extends string>(event: Event, callback: Listener<Event>): this;
    off<Event extends string>(event: Event, callback: Listener<Event>): this;
    /** What becomes of events that this service does not keep up with. */
    events(options: EventOptions): this;
  }

  /** The events that an import has itself; all others are those that it emits. */
  interface OwnEvents {
    /** So many events were lost. */
    gap: [lost: number];
    state: [state: "running" | "closed"];
    /** Events come no more: too many were waiting, and the policy is `disconnect`. */
    disconnect: [];
  }

  type Listener<Event extends string> = (...values: Event extends keyof OwnEvents ? OwnEvents[Event] : any[]) => unknown;

  interface EventOptions {
    policy?: "block" | "drop-oldest" | "drop-newest" | "disconnect";
    /** Events that may wait, 1 to 4096; 1024 if not given. */
    limit?: number;
  }

  interface CallOptions {
    /** Milliseconds, above 0. */
    timeout?: number;
    signal?: AbortSignal | null;
  }

  interface RemoteFunction<Arguments extends unknown[] = any[], Result = any> {
    (...values: Arguments): Call<Result>;
    /** The same function with a deadline or a signal. */
    with(options: CallOptions): (...values: Arguments) => Call<Result>;
  }

  /** A promise, which can also be iterated where a stream comes. */
  type Call<Result> = Promise<Result> & (0 extends 1 & Result
    ? AsyncIterable<any>
    : Result extends AsyncIterable<infer Item> ? AsyncIterable<Item> : unknown);

  type Remote<Export> = Export extends (...values: infer Arguments) => infer Result
    ? RemoteFunction<Arguments, Awaited<Result>> : never;
  type AnyFunction = (...values: any[]) => unknown;
  type AnyExports = { [name: string]: (...values: any[]) => any };

  // ---- serving

  /** What a module exports by default to serve HTTP on the ports that were granted. */
  interface Server {
    fetch(request: Request, info: ClientInfo): Response | Promise<Response>;
    onListen?(place: Place): unknown;
  }

  interface Place {
    readonly hostname: string;
    readonly port: number;
  }

  interface ClientInfo {
    readonly remoteAddr: Place & { readonly transport: "tcp" };
  }

  // ---- children

  interface Child {
    readonly name: string;
    readonly state: ChildState;
    /** Resolves when it runs. */
    start(): Promise<void>;
    close(): Promise<void>;
    destroy(): Promise<void>;
    on(event: "state", callback: (state: ChildState, cause: string) => unknown): Child;
    on(event: "closed", callback: (cause: string) => unknown): Child;
    off(event: "state", callback: (state: ChildState, cause: string) => unknown): Child;
    off(event: "closed", callback: (cause: string) => unknown): Child;
  }

  type ChildState = "starting" | "running" | "closing" | "closed";

  /** The keys of a manifest's service, with `code` or `modules` in the place of `file`. */
  interface ChildDefinition {
    /** Begins with the parent's name and a dash. */
    name: string;
    code?: string;
    /** From file name to text; `entry` names the first. */
    modules?: { [file: string]: string };
    entry?: string;
    imports?: string[];
    policy?: "untrusted" | "isolated" | "constrained" | "trusted";
    /** Whether its hot code is compiled; as its creator unless set. */
    jit?: "auto" | "on" | "off";
    permissions?: Permissions;
    limits?: Limits;
    uncaught?: "record" | "crash";
    restart?: RestartMode | Restart;
    args?: string[];
    /** Whether a debugger may look into it; only where its creator lets one in too. */
    debug?: boolean;
  }

  interface Permissions {
    read?: string[];
    write?: string[];
    net?: string[];
    listen?: (number | string)[];
    env?: string[];
    create?: number;
    threads?: number;
    eval?: boolean;
    hrtime?: boolean;
  }

  /** Quantities as in a manifest: `"128MiB"`, `"30s"`, `"50%"`. */
  interface Limits {
    heap?: string;
    start?: string;
    close?: string;
    call?: string;
    turn?: string;
    cpu?: string;
    output?: number | string;
    calls?: number | string;
    timers?: number | string;
    files?: number | string;
    written?: string;
    response?: string;
    message?: string;
  }

  type RestartMode = "never" | "on-failure" | "always";

  interface Restart {
    policy?: RestartMode;
    /** For example `"100ms..30s"`. */
    backoff?: string;
    /** For example `"5 in 60s"`. */
    max?: string;
  }

  // ---- errors: told apart by `name`. Those that the web names are DOMExceptions.

  /** What a call rejects with, besides the callee's own error and the reason of the caller's signal. */
  type CallError = PeerClosedError | TimeoutError | BackpressureError | MessageTooLargeError | DataCloneError;

  /** The other service has closed, or does not run. */
  interface PeerClosedError extends Error {
    name: "PeerClosedError";
    /** Whether the call may have reached the other service. */
    delivered: "no" | "unknown";
  }

  /** More waits already than may: calls without an outcome, or what an end that does not read was sent. */
  interface BackpressureError extends Error {
    name: "BackpressureError";
  }

  /** A message, or the body of a response, is longer than its limit. */
  interface MessageTooLargeError extends Error {
    name: "MessageTooLargeError";
  }

  /** There was no result in time. */
  interface TimeoutError extends DOMException {
    readonly name: "TimeoutError";
  }

  /** A value can't be cloned, such as a function. */
  interface DataCloneError extends DOMException {
    readonly name: "DataCloneError";
  }

  /** The host refuses what was not granted. */
  interface PermissionDeniedError extends Error {
    name: "PermissionDeniedError";
    permission: string;
    resource: string;
  }

  /** A child did not come up. */
  interface StartFailedError extends Error {
    name: "StartFailedError";
  }
}
