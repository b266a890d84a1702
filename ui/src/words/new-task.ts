export const newTask = {
  title: "New task",
} as const;
