export const metrics = {
  title: "Metrics",
} as const;
