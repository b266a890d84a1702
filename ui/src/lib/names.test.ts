import { describe, expect, it } from "vitest";
import { cleaned } from "./names";

describe("names", () => {
  const check = (text: string, names: string[]) => expect(cleaned(text).names, text).toEqual(names);

  it("are found however they are pasted", () => {
    check("anna\nbert", ["anna", "bert"]);
    check("@anna, @bert;carl\td.e-f_1", ["anna", "bert", "carl", "d.e-f_1"]);
    check("https://www.instagram.com/anna/?hl=de instagram.com/bert http://instagram.com/@carl", ["anna", "bert", "carl"]);
    check("1. anna\n2) bert\n• carl", ["anna", "bert", "carl"]);
    check("“anna” (bert) \u200ecarl\u200f anna.", ["anna", "bert", "carl"]);
    check("  \n\r\n ,,; ", []);
  });

  it("stand there once, whatever their letters", () => {
    check("Anna anna @ANNA instagram.com/anna", ["Anna"]);
    expect(cleaned("Anna anna").pieces[1]?.why).toBe("duplicate");
  });

  it("that are none are told with why", () => {
    const why = (text: string) => cleaned(text).pieces.map((piece) => piece.why);
    expect(why("https://www.instagram.com/p/Cxyz/")).toEqual(["not_a_profile"]);
    expect(why("https://example.org/anna")).toEqual(["not_a_profile"]);
    expect(why("jürgen")).toEqual(["not_a_name"]);
    expect(why("<img>")).toEqual(["mark"]);
    expect(why("a".repeat(65))).toEqual(["too_long"]);
    expect(why("@anna bert")).toEqual(["at", null]);
  });
});
