/** What a chart draws. */

/** A colour of `tokens.css` that stands for a state, or the ink where there is none. */
export type LineTone = "ink" | "blue" | "amber" | "green" | "red";

export interface Line {
  title: string;
  tone: LineTone;
  /** Told from another line of the same chart by more than its colour. */
  dashed?: boolean;
  values: readonly (number | null)[];
}

/** A span of time that explains the lines: a pause, a stop, or no engine. */
export interface Mark {
  /** Seconds since 1970. */
  from: number;
  to: number;
  tone: "amber" | "red" | "grey";
  dashed: boolean;
}
