/** Something that a menu offers to do. */
export interface Choice {
  /** Stable: tests find it by it. */
  id: string;
  word: string;
  run: () => void;
  /** It cannot be done now. */
  off?: boolean;
}
