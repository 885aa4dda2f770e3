// Walks over a module's syntax tree and says what to change.
import { Refusal } from "./edits.js";
import { enumeration } from "./enums.js";
import { classMember, classHead, constructorProperties } from "./classes.js";
import { Imports } from "./imports.js";

/** Declarations of which nothing is left. */
const ERASED = new Set([
  "TSInterfaceDeclaration", "TSTypeAliasDeclaration", "TSDeclareFunction", "TSNamespaceExportDeclaration",
]);

/** What names something that it is no reference to. */
const NAMING = {
  __proto__: null, MemberExpression: "property", OptionalMemberExpression: "property", ObjectProperty: "key",
  ObjectMethod: "key", ClassMethod: "key", ClassProperty: "key", ClassAccessorProperty: "key",
  LabeledStatement: "label", BreakStatement: "label", ContinueStatement: "label", MetaProperty: "property",
};

export class Stripper {
  constructor(edits) {
    this.edits = edits;
    this.imports = new Imports(edits);
  }

  module(program) {
    this.nesting = 0;
    for (const statement of program.body) this.imports.declared(statement);
    this.statements(program.body);
    this.imports.finish();
  }

  statements(list) {
    for (const statement of list) this.visit(statement, null);
  }

  /** Visits what is in a node. */
  children(node) {
    const naming = NAMING[node.type];
    for (const key in node) {
      if (key === naming && !node.computed) continue;
      const child = node[key];
      if (child === null || typeof child !== "object" || key === "loc" || key === "extra") continue;
      if (Array.isArray(child)) {
        for (const each of child) if (each !== null && typeof each.type === "string") this.visit(each, node);
      } else if (typeof child.type === "string") {
        this.visit(child, node);
      }
    }
  }

  visit(node, parent) {
    if (this.isErased(node)) {
      // A semicolon keeps the lines before and behind apart, where the author left that to the line's end.
      this.edits.blank(node.start, node.end, ";");
      return;
    }
    const own = this[node.type];
    if (own !== undefined) {
      own.call(this, node, parent);
    } else if (!node.type.startsWith("TS")) {
      this.children(node);
    }
  }

  isErased(node) {
    if (ERASED.has(node.type) || node.declare && node.type !== "ClassProperty") return true;
    switch (node.type) {
      case "ExportNamedDeclaration":
        return node.exportKind === "type" || node.declaration != null && this.isErased(node.declaration);
      case "ExportDefaultDeclaration":
        return this.isErased(node.declaration)
          || node.declaration.type === "Identifier" && this.imports.isType(node.declaration.name);
      case "ExportAllDeclaration":
        return node.exportKind === "type";
      case "ImportDeclaration":
      case "TSImportEqualsDeclaration":
        return node.importKind === "type";
      case "TSModuleDeclaration":
        return node.kind === "global" || node.body == null || this.holdsTypesOnly(node.body);
      default:
        return false;
    }
  }

  holdsTypesOnly(body) {
    return body.type === "TSModuleDeclaration" ? this.isErased(body) : body.body.every((each) => this.isErased(each));
  }

  // ---- names and patterns

  Identifier(node) {
    this.imports.used(node.name);
    this.annotated(node);
  }

  ObjectPattern(node) {
    this.annotated(node);
    this.children(node);
  }

  ArrayPattern(node) {
    this.ObjectPattern(node);
  }

  RestElement(node) {
    this.ObjectPattern(node);
  }

  AssignmentPattern(node) {
    this.ObjectPattern(node);
  }

  /** Takes `?`, `!` and `: type` from behind a name or a pattern. */
  annotated(node) {
    const type = node.typeAnnotation;
    if (node.optional) {
      const mark = this.edits.find("?", node.type === "Identifier" ? node.start : this.patternEnd(node));
      this.edits.blank(mark, mark + 1);
    }
    if (type) this.edits.blank(type.start, type.end);
  }

  patternEnd(node) {
    return (node.properties ?? node.elements)?.at(-1)?.end ?? node.start;
  }

  VariableDeclarator(node) {
    if (node.definite) {
      const mark = this.edits.find("!", node.id.start);
      this.edits.blank(mark, mark + 1);
    }
    this.children(node);
  }

  // ---- expressions

  TSAsExpression(node, parent, word = "as") {
    const start = this.edits.find(word, node.expression.end);
    const next = this.edits.skip(node.end);
    const apart = this.edits.hasLineEnd(node.end, next) && "([`".includes(this.edits.source[next] ?? " ");
    this.edits.blank(start, node.end, apart ? ";" : "");
    this.visit(node.expression, node);
  }

  TSSatisfiesExpression(node, parent) {
    this.TSAsExpression(node, parent, "satisfies");
  }

  TSNonNullExpression(node) {
    this.edits.blank(node.end - 1, node.end);
    this.visit(node.expression, node);
  }

  /** `<T>x` becomes `(  x)`: it may be a block or stand behind `return` and a line's end otherwise. */
  TSTypeAssertion(node) {
    this.edits.blank(node.start, this.edits.find(">", node.typeAnnotation.end) + 1, "(");
    this.edits.insert(node.end, ")");
    this.visit(node.expression, node);
  }

  TSInstantiationExpression(node) {
    this.erase(node.typeArguments ?? node.typeParameters);
    this.visit(node.expression, node);
  }

  CallExpression(node) {
    this.erase(node.typeArguments ?? node.typeParameters);
    this.children(node);
  }

  OptionalCallExpression(node) {
    this.CallExpression(node);
  }

  NewExpression(node) {
    this.CallExpression(node);
  }

  TaggedTemplateExpression(node) {
    this.CallExpression(node);
  }

  erase(node) {
    if (node) this.edits.blank(node.start, node.end);
  }

  // ---- functions

  FunctionDeclaration(node) {
    this.signature(node);
    this.block(() => this.children(node));
  }

  FunctionExpression(node) {
    this.FunctionDeclaration(node);
  }

  ObjectMethod(node) {
    this.FunctionDeclaration(node);
  }

  signature(node) {
    this.erase(node.typeParameters);
    this.erase(node.returnType);
    const first = node.params[0];
    if (first?.type === "Identifier" && first.name === "this") {
      const behind = this.edits.skip(first.end);
      this.edits.blank(first.start, this.edits.source[behind] === "," ? behind + 1 : first.end);
    }
  }

  ArrowFunctionExpression(node) {
    const { edits } = this;
    this.signature(node);
    const generic = node.typeParameters;
    if (generic) {
      // `return <T>(x) => x` in several lines would end behind `return`.
      const open = edits.find("(", generic.end);
      if (edits.hasLineEnd(generic.start, open)) edits.blank(generic.start, open + 1, "(");
    }
    const type = node.returnType;
    if (type) {
      // Between `)` and `=>` there can be no line's end.
      const close = edits.find(")", node.params.at(-1)?.end ?? generic?.end ?? node.start);
      if (edits.hasLineEnd(close, type.end)) {
        edits.blank(close, type.end - 1);
        edits.blank(type.end - 1, type.end, ")");
      }
    }
    this.block(() => this.children(node));
  }

  // ---- classes

  ClassDeclaration(node) {
    classHead(this, node);
    for (const member of node.body.body) if (member.kind === "constructor") member.derived = node.superClass != null;
    this.block(() => this.children(node));
  }

  ClassExpression(node) {
    this.ClassDeclaration(node);
  }

  ClassMethod(node) {
    classMember(this, node);
    this.signature(node);
    if (node.kind === "constructor") constructorProperties(this, node);
    this.block(() => this.children(node));
  }

  ClassPrivateMethod(node) {
    this.ClassMethod(node);
  }

  ClassProperty(node) {
    if (classMember(this, node)) this.children(node);
  }

  ClassPrivateProperty(node) {
    this.ClassProperty(node);
  }

  ClassAccessorProperty(node) {
    this.ClassProperty(node);
  }

  TSParameterProperty(node) {
    const modifiers = this.edits.words(node.start, node.parameter.start);
    if (modifiers.length > 0) this.edits.blank(node.start, modifiers.at(-1).end);
    this.visit(node.parameter, node);
  }

  /** An overload or an abstract method. */
  TSDeclareMethod(node) {
    this.edits.blank(node.start, node.end, ";");
  }

  TSIndexSignature(node) {
    this.edits.blank(node.start, node.end, ";");
  }

  Decorator(node) {
    throw new Refusal(node.start, "decorators are not there in this runtime; call the function yourself, as in: X = decorate(X)");
  }

  // ---- modules

  ImportDeclaration(node) {
    // Decided in the end, when it is known what is used.
  }

  ExportNamedDeclaration(node) {
    if (node.declaration) {
      this.visit(node.declaration, node);
    } else {
      this.imports.exported(node);
    }
  }

  TSEnumDeclaration(node) {
    enumeration(this, node, this.nesting === 0 ? "var" : "let");
  }

  TSModuleDeclaration(node) {
    throw new Refusal(node.start, "a namespace with values in it can't be taken out; make it a module of its own, or an object");
  }

  TSImportEqualsDeclaration(node) {
    throw new Refusal(node.start, node.moduleReference.type === "TSExternalModuleReference"
      ? "import ... = require(...) is not there in ES modules; write import ... from"
      : "an import alias is not there in JavaScript; write const NAME = ...");
  }

  TSExportAssignment(node) {
    throw new Refusal(node.start, "export = is not there in ES modules; write export default");
  }

  // ---- blocks, in which an enum is a name of the block's

  BlockStatement(node) {
    this.block(() => this.children(node));
  }

  block(visit) {
    this.nesting++;
    visit();
    this.nesting--;
  }
}
