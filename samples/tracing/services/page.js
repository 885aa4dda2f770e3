import shop from "service:shop";

export async function order(item) {
  return `${item}: ${await shop.order(item)}`;
}
