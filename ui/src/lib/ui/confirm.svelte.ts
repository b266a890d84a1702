/** Asking before something that cannot be taken back, or that needs a reason. */

export interface Question {
  title: string;
  /** What will happen, to whom. */
  text: string;
  /** What the button that does it says: a verb. */
  verb: string;
  danger?: boolean;
  /** A reason is needed; it stands in the audit. */
  reason?: boolean;
  /** This has to be typed first: the number of many. */
  typed?: string;
}

export interface Agreed {
  /** Empty where none was asked for. */
  reason: string;
}

class Confirming {
  question = $state.raw<Question | null>(null);
  #answer: ((agreed: Agreed | null) => void) | null = null;

  ask(question: Question): Promise<Agreed | null> {
    this.#answer?.(null);
    this.question = question;
    return new Promise((answer) => (this.#answer = answer));
  }

  answer(agreed: Agreed | null): void {
    this.question = null;
    this.#answer?.(agreed);
    this.#answer = null;
  }
}

export const confirming = new Confirming();

/** Asks; null when the operator did not agree. */
export function confirm(question: Question): Promise<Agreed | null> {
  return confirming.ask(question);
}
