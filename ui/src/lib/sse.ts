/** One event of a Server-Sent Events stream. */
export interface SseEvent {
  event: string;
  id: string;
  data: string;
}

/** Takes a stream apart as it comes, however its pieces are cut (HTML standard, §9.2.6). */
export class SseReader {
  #rest = "";
  #event = "";
  #id = "";
  #data: string[] = [];

  /** The events that this piece completes. */
  take(piece: string): SseEvent[] {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    const events: SseEvent[] = [];
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line === "") {
        if (this.#data.length > 0) events.push({ event: this.#event, id: this.#id, data: this.#data.join("\n") });
        this.#event = "";
        this.#data = [];
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
      if (field === "event") this.#event = value;
      else if (field === "id") this.#id = value;
      else if (field === "data") this.#data.push(value);
    }
    return events;
  }
}
