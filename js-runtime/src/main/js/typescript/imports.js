// Imports and exports: what names a type only is taken out, as the TypeScript compiler does. What is imported and never
// used as a value is taken for a type.

export class Imports {
  #edits;
  #types = new Set();
  #values = new Set();
  #used = new Set();
  #imports = [];

  constructor(edits) {
    this.#edits = edits;
  }

  /** Hears each statement of the module first. */
  declared(statement) {
    if (statement.type === "ImportDeclaration") {
      for (const each of statement.specifiers) {
        if (statement.importKind === "type" || each.importKind === "type") this.#types.add(each.local.name);
      }
      if (statement.importKind !== "type") this.#imports.push(statement);
      return;
    }
    const declaration = statement.declaration ?? statement;
    const isType = declaration.type === "TSInterfaceDeclaration" || declaration.type === "TSTypeAliasDeclaration";
    if (declaration.id != null) (isType ? this.#types : this.#values).add(declaration.id.name);
    for (const { id } of declaration.declarations ?? []) if (id.type === "Identifier") this.#values.add(id.name);
  }

  /** Hears each name that stands for a value. */
  used(name) {
    this.#used.add(name);
  }

  /** Whether a name of the module's stands for a type and for no value. */
  isType(name) {
    return this.#types.has(name) && !this.#values.has(name);
  }

  /** `export { a, type B }`, with or without `from`. */
  exported(node) {
    const kept = node.specifiers.filter(
      (each) => each.exportKind !== "type" && (node.source != null || !this.isType(each.local.name)));
    if (kept.length === 0 && node.specifiers.length > 0) {
      this.#edits.blank(node.start, node.end, ";");
      return;
    }
    if (node.source == null) for (const each of kept) this.used(each.local.name);
    for (const each of node.specifiers) if (!kept.includes(each)) this.#without(each);
  }

  /** Called in the end. */
  finish() {
    for (const node of this.#imports) {
      const kept = node.specifiers.filter(
        ({ importKind, local }) => importKind !== "type" && this.#used.has(local.name));
      if (kept.length === 0 && node.specifiers.length > 0) {
        this.#edits.blank(node.start, node.end, ";");
      } else if (kept.length < node.specifiers.length) {
        this.#reduce(node, kept);
      }
    }
  }

  /** Takes some specifiers from an import. */
  #reduce(node, kept) {
    const [first] = node.specifiers;
    const named = node.specifiers.filter(({ type }) => type !== "ImportDefaultSpecifier");
    if (first.type === "ImportDefaultSpecifier" && !kept.includes(first)) {
      this.#without(first);
    }
    if (named.some((each) => kept.includes(each))) {
      for (const each of named) if (!kept.includes(each)) this.#without(each);
    } else {
      // `import a, { B } from`, of which `a` stays.
      this.#edits.blank(first.end, this.#behindNames(named.at(-1)));
    }
  }

  #behindNames(last) {
    if (last.type === "ImportNamespaceSpecifier") return last.end;
    return this.#edits.find("}", last.end) + 1;
  }

  /** Takes out one specifier and the comma behind it. */
  #without({ start, end }) {
    const behind = this.#edits.skip(end);
    this.#edits.blank(start, this.#edits.source[behind] === "," ? behind + 1 : end);
  }
}
