// What this folder's services export, for those that import them.
declare module "service:stock" {
  const stock: Ringfence.Import<typeof import("./stock.ts")>;
  export default stock;
}
