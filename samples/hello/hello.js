// ./ringfence run samples/hello/hello.js -- Ada
const [who = "world"] = service.args;

function greeting(name) {
  return `Hello, ${name}! This is ${service.name}, in a worker process of its own.`;
}

console.log(greeting(who));
await new Promise((resolve) => setTimeout(resolve, 10));
console.log("No file, no network, no environment:", typeof process, typeof require, service.env);
