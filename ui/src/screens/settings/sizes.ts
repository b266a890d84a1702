/** Sizes and moments, as the settings write them. */

const UNITS = ["bytes", "KB", "MB", "GB", "TB"] as const;

/** `1536` → `1.5 KB`, as the Finder counts: by thousands. */
export function bytes(size: number): string {
  let unit = 0;
  let value = size;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ""}`;
}

const moments = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** A moment as people write it, in local time. */
export function moment(rfc3339: string): string {
  return moments.format(new Date(rfc3339));
}
