// What the services around a fault call meanwhile, and where nested calls wait.
const held = [];
export const echo = (value) => value;
export const hold = (id) => new Promise((resolve) => { held.push(() => resolve(id)); });
export const heldCount = () => held.length;
export const release = () => { held.splice(0).forEach((go) => go()); };
