/** What phones and lists are called in front of people. */
import { tail } from "../../lib/format";
import { live } from "../../lib/live.svelte";
import { t } from "../../words";

/** A phone by its serial: its label, the name its owner gave it, or the end of the serial. */
export function phoneName(udid: string | null): string {
  if (udid === null || udid === "") return t.frame.none;
  const phone = live.devices.get(udid);
  return phone?.label ?? phone?.name ?? tail(udid);
}
