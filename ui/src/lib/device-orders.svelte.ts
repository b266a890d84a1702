/** What is ordered of phones, one or several at a time, with what the operator is told about it. */
import { SvelteMap } from "svelte/reactivity";
import { t } from "../words";
import { type Problem, problemOf } from "./backend";
import type { DeviceView } from "./bindings";
import { DEVICE_ORDERS, type DeviceOrder, mayDo, titleOf } from "./device-looks";
import { apart } from "./format";
import { live } from "./live.svelte";
import { route } from "./route.svelte";
import { confirm } from "./ui/confirm.svelte";
import { tellDone, tellError, tellWithUndo } from "./ui/toast";

const OPERATIONS = {
  prepare: "initialize_device",
  restart: "restart_runner",
  pause: "pause_device",
  resume: "resume_device",
  stop: "stop_device",
  take: "take_in_hand",
  give: "give_back",
  find: "find_device",
  "let-go": "let_device_go",
  forget: "forget_device",
} as const satisfies Record<DeviceOrder, string>;

/** What takes an order back, where that is one step. */
const UNDONE_BY: Partial<Record<DeviceOrder, DeviceOrder>> = {
  pause: "resume",
  stop: "resume",
  "let-go": "resume",
  take: "give",
};

class DeviceOrders {
  /** Phones for which an answer is waited: bringing one up may take a minute, and keeps no other waiting. */
  readonly working = new SvelteMap<string, DeviceOrder>();
  /** A simulated phone is being added. */
  adding = $state(false);

  /** The orders that can be given to a phone now. */
  of(device: DeviceView): readonly DeviceOrder[] {
    return this.working.has(device.udid) ? [] : DEVICE_ORDERS.filter((order) => mayDo(order, device));
  }

  /** Carries an order out on those phones for which it makes sense; who is left out is told by the count. */
  async give(order: DeviceOrder, devices: readonly DeviceView[]): Promise<void> {
    const phones = devices.filter((device) => mayDo(order, device) && !this.working.has(device.udid));
    if (phones.length === 0 || !(await this.#agreed(order, phones))) return;
    const failed: { device: DeviceView; problem: Problem }[] = [];
    await Promise.all(
      phones.map(async (device) => {
        this.working.set(device.udid, order);
        try {
          await live.backend.ask(OPERATIONS[order], { id: device.udid });
        } catch (error) {
          failed.push({ device, problem: problemOf(error) });
        } finally {
          this.working.delete(device.udid);
        }
      }),
    );
    if (order === "forget" && phones.some((device) => device.udid === route.opened?.id)) route.close();
    this.#tell(order, phones, failed);
  }

  /** One more simulated phone. */
  async add(): Promise<void> {
    if (this.adding) return;
    this.adding = true;
    try {
      await live.backend.ask("add_simulated_device");
      tellDone(t.devices.added, t.devices.addedHint);
    } catch (error) {
      tellError(problemOf(error));
    } finally {
      this.adding = false;
    }
  }

  async #agreed(order: DeviceOrder, phones: readonly DeviceView[]): Promise<boolean> {
    if (order !== "forget") return true;
    const agreed = await confirm({
      title: t.devices.forgetTitle(named(phones)),
      text: t.devices.forgetText,
      verb: t.devices.forgetVerb,
      danger: true,
    });
    return agreed !== null;
  }

  #tell(order: DeviceOrder, phones: readonly DeviceView[], failed: readonly { device: DeviceView; problem: Problem }[]) {
    const done = phones.filter((device) => failed.every((it) => it.device !== device));
    const [first] = failed;
    if (first !== undefined) {
      if (phones.length === 1) return tellError(first.problem);
      tellError({
        code: first.problem.code,
        detail: t.devices.notAll(done.length, phones.length),
        errors: failed.map(({ device, problem }) => ({ detail: `${apart(titleOf(device))}: ${problem.detail}` })),
      });
      return;
    }
    const back = UNDONE_BY[order];
    const said = t.devices.done[order](named(done));
    if (back === undefined) return tellDone(said);
    // As they stand then, not as they stood before the order.
    const undo = () => void this.give(back, done.flatMap((device) => live.devices.get(device.udid) ?? []));
    tellWithUndo(said, t.devices.orderHints[order], undo);
  }
}

function named(devices: readonly DeviceView[]): string {
  const [only] = devices;
  return devices.length === 1 && only !== undefined ? apart(titleOf(only)) : t.devices.phones(devices.length);
}

export const deviceOrders = new DeviceOrders();
