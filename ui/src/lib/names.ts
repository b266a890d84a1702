/** Names as people paste them: `@anna`, an address of a profile, several on a line. Cleaned, with why. */

/** What became of a piece of what was pasted. */
export interface Piece {
  /** As it was pasted. */
  raw: string;
  /** The name it means; null where it means none. */
  name: string | null;
  /** Why it is not used, or how it was changed; null where it stands as it was. */
  why: "at" | "address" | "mark" | "duplicate" | "too_long" | "not_a_name" | "not_a_profile" | null;
}

export interface Cleaned {
  /** Each name once, in the order in which it came. */
  names: readonly string[];
  pieces: readonly Piece[];
}

const NAME = /^[A-Za-z0-9._-]+$/;
const NAME_CHARS_MAX = 64;
/** First parts of an address that lead to something else than a profile. */
const NO_PROFILE = new Set(["p", "reel", "reels", "stories", "explore", "accounts", "direct", "tv", "about", "legal"]);
/** What stands around names and is never part of one; marks that turn text or show nothing too. */
const AROUND = /^[\s"'“”‘’«»()[\]{}<>*•·\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+|[\s"'“”‘’«»()[\]{}<>*:!?\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+$/g;
const BULLET = /^\d{1,4}[.)]\s+/;

/** The names in a text, separated by lines, spaces, commas, semicolons or tabs. */
export function cleaned(text: string): Cleaned {
  const names: string[] = [];
  const seen = new Set<string>();
  const pieces: Piece[] = [];
  for (const line of text.split(/\r?\n/)) {
    for (const raw of line.replace(BULLET, "").split(/[\s,;|\u00a0\u3000]+/)) {
      if (raw === "") continue;
      const piece = pieceOf(raw);
      if (piece === null) continue;
      const key = piece.name?.toLowerCase();
      if (key !== undefined && seen.has(key)) {
        pieces.push({ ...piece, why: "duplicate" });
        continue;
      }
      if (key !== undefined && piece.name !== null) {
        seen.add(key);
        names.push(piece.name);
      }
      pieces.push(piece);
    }
  }
  return { names, pieces };
}

/** A piece between two separators; null where there is nothing but marks. */
function pieceOf(raw: string): Piece | null {
  const bare = raw.replace(AROUND, "");
  if (bare === "") return null;
  const address = /^(?:https?:\/\/)?(?:www\.|m\.)?instagram\.com(?:\/|$)(.*)$/i.exec(bare);
  if (address !== null) {
    const first = (address[1] ?? "").split(/[/?#]/, 1)[0] ?? "";
    if (first === "" || NO_PROFILE.has(first.toLowerCase())) return { raw, name: null, why: "not_a_profile" };
    return named(raw, first.replace(/^@/, ""), "address");
  }
  if (/^https?:\/\//i.test(bare) || bare.includes("/")) return { raw, name: null, why: "not_a_profile" };
  if (bare.startsWith("@")) return named(raw, bare.slice(1), "at");
  return named(raw, bare, bare === raw ? null : "mark");
}

function named(raw: string, name: string, why: Piece["why"]): Piece {
  // The full stop that ends a sentence is no part of a name.
  const trimmed = name.replace(/\.+$/, "");
  if (!NAME.test(trimmed)) return { raw, name: null, why: "not_a_name" };
  if (trimmed.length > NAME_CHARS_MAX) return { raw, name: null, why: "too_long" };
  return { raw, name: trimmed, why };
}
