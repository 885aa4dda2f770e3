// area: modules from outside the service
// goal: run or read a file of the host by importing it
// grants: {}
// without: engine
const folder = service.args[1];
const taken = async (name, options) => (await import(name, options)).default === "taken";
attempt("a file by its path", "is not part of the service", () => taken(folder + "/secret.mjs"));
attempt("a file by its address", "is not part of the service", () => taken("file://" + folder + "/secret.mjs"));
attempt("a file by dots", "is not part of the service", () => taken("/tmp/../" + folder + "/./x/../secret.mjs"));
attempt("a file through the process", "is not part of the service", () => taken("/proc/self/root" + folder + "/secret.mjs"));
attempt("a file through its descriptor's folder", "is not part of the service",
  () => taken("/proc/self/cwd/../" + "../".repeat(30) + folder + "/secret.mjs"));
attempt("a file by many slashes", "is not part of the service", () => taken("//" + folder + "//secret.mjs"));
attempt("text as a data: module", "a module of a data: address is refused",
  () => taken("data:text/javascript,export%20default%20'taken'"));
attempt("text as a base64 data: module", "a module of a data: address is refused",
  () => taken("data:text/javascript;base64,ZXhwb3J0IGRlZmF1bHQgJ3Rha2VuJw=="));
