// What TypeScript adds to classes.
import { Refusal } from "./edits.js";

const MODIFIERS = new Set(["public", "private", "protected", "readonly", "override", "declare", "abstract"]);

/** Names that begin another kind of member when they stand before one. */
const LEADING = new Set(["get", "set", "static", "accessor"]);

export function classHead({ edits }, node) {
  if (node.abstract) edits.blank(edits.find("abstract", node.start), edits.find("class", node.start));
  for (const part of [node.typeParameters, node.superTypeArguments ?? node.superTypeParameters]) {
    if (part) edits.blank(part.start, part.end);
  }
  if (node.implements?.length > 0) {
    const parts = [node.id, node.typeParameters, node.superClass, node.superTypeArguments ?? node.superTypeParameters];
    const before = Math.max(node.start, ...parts.filter(Boolean).map((part) => part.end));
    edits.blank(edits.find("implements", before), node.implements.at(-1).end);
  }
}

/** Takes the modifiers and marks from a property or a method; returns false if nothing of it is left. */
export function classMember({ edits }, node) {
  if (node.declare || node.abstract) {
    edits.blank(node.start, node.end, ";");
    return false;
  }
  for (const { word, start, end } of edits.words(node.start, node.key.start)) {
    // A semicolon where the member began: `*` and `[` could go on from the line before.
    if (MODIFIERS.has(word)) edits.blank(start, end, start === node.start ? ";" : "");
  }
  if (node.optional || node.definite) {
    const mark = edits.find(node.optional ? "?" : "!", node.key.end);
    edits.blank(mark, mark + 1);
  }
  const type = node.typeAnnotation;
  if (type) {
    const alone = node.value == null && !node.computed && LEADING.has(node.key.name);
    edits.blank(type.start, type.end, alone ? ";" : "");
  }
  return true;
}

/** `constructor(private x)` assigns `this.x` behind super(), or first of all. */
export function constructorProperties({ edits }, node) {
  const names = node.params
    .filter((param) => param.type === "TSParameterProperty")
    .map(({ parameter }) => (parameter.type === "AssignmentPattern" ? parameter.left : parameter).name);
  if (names.length === 0) return;
  const assignments = names.map((name) => ` this.${name} = ${name};`).join("");
  const calls = node.body.body.find(
    ({ type, expression }) =>
      type === "ExpressionStatement" && expression.type === "CallExpression" && expression.callee.type === "Super");
  if (calls) {
    edits.insert(calls.end, `;${assignments}`);
  } else if (node.derived) {
    throw new Refusal(
      node.start, "a constructor with parameter properties must call super() as a statement of its own");
  } else {
    edits.insert(node.body.directives.at(-1)?.end ?? node.body.start + 1, assignments);
  }
}
