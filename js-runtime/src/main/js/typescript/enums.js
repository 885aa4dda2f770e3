// Enums, as statements in the lines of their members:
//
//   enum Color {                  var Color; (($enum) => { let $last = -1; const $put = ...;
//     Red,                          const Red = $put("Red");
//     Green = 1 << 2,               const Green = $put("Green", 1 << 2);
//   }                             })(Color || (Color = {}));
const HELPER = "let $last = -1; const $put = (name, value = $last + 1) => { $enum[name] = value;"
  + " if (typeof value !== \"string\") $enum[value] = name; return $last = value; };";

const RESERVED = new Set((
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false"
  + " finally for function if implements import in instanceof interface let new null package private protected public"
  + " return static super switch this throw true try typeof undefined var void while with yield NaN Infinity").split(" "));

/** @param keyword `var` where another enum of the same name may go on with it, else `let` */
export function enumeration(stripper, node, keyword) {
  const { edits } = stripper;
  const { name } = node.id;
  const members = node.body?.members ?? node.members;
  const open = edits.find("{", node.id.end);
  edits.replace(node.start, open + 1, `${keyword} ${name}; (($enum) => { ${HELPER}`);
  for (const { id, initializer, end } of members) {
    const key = id.type === "Identifier" ? id.name : id.value;
    const local = id.type === "Identifier" && !RESERVED.has(key) ? `const ${key} = ` : "";
    edits.replace(id.start, id.end, `${local}$put(${JSON.stringify(key)}`);
    if (initializer) {
      const equals = edits.find("=", id.end);
      edits.replace(equals, equals + 1, ",");
      stripper.visit(initializer, node);
    }
    const behind = edits.skip(end);
    edits.insert(end, ");");
    if (edits.source[behind] === ",") edits.blank(behind, behind + 1);
  }
  edits.replace(node.end - 1, node.end, `})(${name} || (${name} = {}));`);
}
