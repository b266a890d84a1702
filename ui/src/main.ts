import "./app.css";
import { mount } from "svelte";
import { watchPolicyViolations } from "./lib/csp";
import { followTheme } from "./lib/theme.svelte";
import App from "./App.svelte";

// First of all, so that nothing that follows breaks the policy unseen.
watchPolicyViolations(document);
followTheme();

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");
mount(App, { target });
