export const logs = {
  title: "Logs",
} as const;
