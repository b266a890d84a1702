/** The example lists that come with Signalbox. */
import accounts from "../../../examples/accounts.csv?raw";
import tasks from "../../../examples/tasks.csv?raw";

export const EXAMPLES = { name: "Examples", accounts, tasks } as const;
