/** The menu of what can be done with a phone. */
import type { DeviceView } from "../../lib/bindings";
import { DEVICE_ORDERS, mayDo, titleOf } from "../../lib/device-looks";
import { deviceOrders } from "../../lib/device-orders.svelte";
import { route } from "../../lib/route.svelte";
import type { Action } from "../../lib/ui/MoreMenu.svelte";
import { editing } from "./editing.svelte";
import { t } from "../../words";

/** Every order, those disabled that make no sense as it stands; one that is the other way round is left out. */
export function actionsOf(device: DeviceView, opens = true): Action[] {
  const can = deviceOrders.of(device);
  const orders = DEVICE_ORDERS.filter((order) => {
    if (order === "pause") return mayDo("pause", device) || !mayDo("resume", device);
    if (order === "resume") return mayDo("resume", device);
    if (order === "take") return !device.in_hand;
    return order !== "give" || device.in_hand;
  });
  const actions: Action[] = orders.map((order) => ({
    id: order,
    word: t.devices.orders[order],
    hint: t.devices.orderHints[order],
    disabled: !can.includes(order),
    grave: order === "stop" || order === "forget",
    apart: order === "stop",
    run: () => void deviceOrders.give(order, [device]),
  }));
  const edit = { id: "edit", word: t.devices.edit, apart: true, run: () => editing.begin(device) };
  const open = {
    id: "open",
    word: t.devices.open,
    hint: titleOf(device),
    run: () => route.open("device", device.udid),
  };
  return opens ? [open, ...actions, edit] : [...actions, edit];
}
