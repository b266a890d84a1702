import { plural } from "../lib/format";

export const welcome = {
  title: "Welcome to Signalbox",
  step: (at: number, all: number) => `Step ${at} of ${all}`,
  back: "Back",
  next: "Continue",
  skip: "Skip",
  done: "Done",

  whichTitle: "Which phones?",
  whichText: "Simulated data and live data are kept apart for good. You can have both, and switch in Settings.",
  simulated: "Try with simulated devices",
  simulatedText: "Simulated iPhones with a small social app. Nothing happens on a real account.",
  live: "Connect an iPhone",
  liveText: "Real iPhones on the cable, with accounts that are signed in on them.",
  chosen: "In use now",
  switchToLive: "These are simulated phones. Real ones come with a switch to live data, in Settings.",
  switchToSimulated: "These are live data. Simulated phones come with a switch to simulated data, in Settings.",
  openSettings: "Open Settings",

  phonesTitle: "The phones",
  phonesSimulated: (phones: number, ready: number) =>
    phones === 0 ? "No simulated phone is there yet." : `${plural(phones, "simulated phone")}, ${ready} ready to work.`,
  phonesLive: "A phone is listed as soon as it is plugged in. These are the steps until it can work:",

  firstTitle: "The first tasks",
  firstSimulated: "The example lists have 12 accounts and 240 tasks; they run on the simulated phones at once.",
  examples: "Import examples and start",
  examplesDone: (tasks: number) => `${plural(tasks, "example task")} imported.`,
  examplesStarted: "Tasks start as soon as a phone is ready.",
  examplesThere: "The example list is there already; it goes on.",
  orTemplate: "Or begin with a template:",
  noTemplates: "There are no templates yet.",
  orOther: "Or:",
  newTask: "New task",
  importList: "Import a list",
  addAccount: "Add an account",
  firstLive: "Import your own lists, add the accounts that are signed in on the phones, or make a single task.",
} as const;
