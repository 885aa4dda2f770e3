// Makes more of something than anybody takes; the argument says of what.
const floods = {
  output() { for (let i = 0; i < 200; i++) console.log("x".repeat(200)); setTimeout(floods.output, 0); },
  // To a listener that is busy all the time.
  events() { for (let i = 0; i < 500; i++) service.emit("flood", i, "x".repeat(1000)); setTimeout(floods.events, 0); },
  // As many as it may have, which are due at once and make others.
  timers() { try { for (;;) setTimeout(floods.timers, 0); } catch { /* no more of them */ } },
  rejections() { for (let i = 0; i < 1000; i++) Promise.reject(i); setTimeout(floods.rejections, 0); },
  // Come from outside.
  requests() {},
  connections() {},
};
const flood = floods[service.args[0]];
export const begin = () => { flood(); };
export default { fetch: () => new Response("so it is") };
