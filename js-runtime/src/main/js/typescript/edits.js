// What is to change in a text, by positions of the text as it was.

const LINE_END = /[\n\r\u2028\u2029]/;

/** Syntax that can't be taken out. */
export class Refusal extends Error {
  constructor(index, message) {
    super(message);
    this.index = index;
  }
}

export class Edits {
  #edits = [];

  constructor(source) {
    this.source = source;
  }

  /** Puts blanks over a piece, and a sign over its first character if one is given. */
  blank(start, end, first = "") {
    if (start >= end) return;
    this.#edits.push({ start, end, text: first + blanks(this.source.slice(start + first.length, end)) });
  }

  /** Puts a text in the place of a piece, behind it the line ends of the piece. */
  replace(start, end, text) {
    this.#edits.push({ start, end, text: text + this.source.slice(start, end).replace(/[^\n\r\u2028\u2029]/g, "") });
  }

  insert(index, text) {
    this.#edits.push({ start: index, end: index, text });
  }

  /** The text with all edits; of those that overlap, the one that starts first and, at one place, is longer. */
  apply() {
    const edits = this.#edits.map((edit, order) => ({ ...edit, order }));
    edits.sort((a, b) => a.start - b.start || rank(a) - rank(b) || b.end - a.end || a.order - b.order);
    let text = "";
    let done = 0;
    for (const { start, end, text: put } of edits) {
      if (start < done) continue;
      text += this.source.slice(done, start) + put;
      done = end;
    }
    return text + this.source.slice(done);
  }

  /** The first place from an index on that is neither blank nor in a comment. */
  skip(index) {
    const { source } = this;
    for (let i = index; i < source.length; i++) {
      if (source.startsWith("//", i)) {
        while (i < source.length && !LINE_END.test(source[i])) i++;
      } else if (source.startsWith("/*", i)) {
        const end = source.indexOf("*/", i + 2);
        i = end < 0 ? source.length : end + 1;
      } else if (!/\s|\ufeff/.test(source[i])) {
        return i;
      }
    }
    return source.length;
  }

  /** The place of the next such sign, comments and whatever else passed over. */
  find(sign, index) {
    let i = this.skip(index);
    while (i < this.source.length && !this.source.startsWith(sign, i)) i = this.skip(i + 1);
    return i;
  }

  /** The words from one place to another: [{ word, start, end }]. */
  words(start, end) {
    const words = [];
    const pattern = /[\p{ID_Continue}$]+|./suy;
    for (let i = this.skip(start); i < end; i = this.skip(i)) {
      pattern.lastIndex = i;
      const [word] = pattern.exec(this.source);
      words.push({ word, start: i, end: i + word.length });
      i += word.length;
    }
    return words;
  }

  hasLineEnd(start, end) {
    return LINE_END.test(this.source.slice(start, end));
  }
}

/** What is put in comes before what is put over. */
function rank({ start, end }) {
  return start === end ? 0 : 1;
}

function blanks(text) {
  return text.replace(/[^\n\r\u2028\u2029]/g, " ");
}
