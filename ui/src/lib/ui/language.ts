/**
 * Where the system has no language, WebKit calls it `C`, which is none for `Intl`; uPlot asks for it as it is loaded,
 * and would not load. Imported before it.
 */
function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

if (!isLanguage(navigator.language)) Object.defineProperty(navigator, "language", { value: "en" });

export {};
