/** Which phone's label, slot, group and note are being edited. */
import type { DeviceView } from "../../lib/bindings";

class Editing {
  device = $state.raw<DeviceView | null>(null);

  begin(device: DeviceView): void {
    this.device = device;
  }

  end(): void {
    this.device = null;
  }
}

export const editing = new Editing();
