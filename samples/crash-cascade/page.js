// On top: it orders until the stock breaks down.
import shop from "service:shop";

async function customers() {
  for (;;) console.log(await shop.order());
}

// The call that the crash cuts off fails, like every call to one that is gone.
customers().catch((error) => console.log(error.name));
service.onClose(() => console.log("page closes"));
