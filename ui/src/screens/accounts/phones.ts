/** What phones are called, where only their serials are told. */
import type { DeviceView } from "../../lib/bindings";
import { tail } from "../../lib/format";

/** Titles by serial, as the engine calls them too: the label, else the phone's own name. */
export function phoneNames(devices: readonly DeviceView[]): ReadonlyMap<string, string> {
  return new Map(devices.map((device) => [device.udid, device.label ?? device.name ?? tail(device.udid)]));
}

/** A phone that is not listed any more is called by the end of its serial. */
export function phoneTitle(names: ReadonlyMap<string, string>, serial: string): string {
  return names.get(serial) ?? tail(serial);
}
