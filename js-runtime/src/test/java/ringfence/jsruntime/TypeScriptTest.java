package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the host's tool makes of TypeScript. The tests of the host run it in a worker.
class TypeScriptTest {
  private static final Path TOOL =
      Path.of("../host/src/main/resources/ringfence/host/typescript/strip.js");

  private static Context context;
  private static Value strip;

  @BeforeAll
  static void load() throws IOException {
    context =
        Context.newBuilder("js")
            .allowExperimentalOptions(true)
            .option("engine.WarnInterpreterOnly", "false")
            .option("js.esm-eval-returns-exports", "true")
            .build();
    Source tool =
        Source.newBuilder("js", Files.readString(TOOL), "strip.mjs")
            .mimeType("application/javascript+module")
            .build();
    strip = context.eval(tool).getMember("strip");
  }

  @AfterAll
  static void close() {
    context.close();
  }

  private static String stripped(String code) {
    Value result = strip.execute(code);
    assertThat(result.hasMember("code"))
        .as("%s:%s %s", result.getMember("line"), result.getMember("column"), result.getMember("message"))
        .isTrue();
    return result.getMember("code").asString();
  }

  private static String refusal(String code) {
    Value result = strip.execute(code);
    assertThat(result.hasMember("message")).as(() -> result.getMember("code").asString()).isTrue();
    return result.getMember("line").asInt() + ":" + result.getMember("column").asInt() + " "
        + result.getMember("message").asString();
  }

  /// The right side as it should be but for runs of blanks, which the next test counts.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          let x: number = 1;                                      | let x = 1;
          let x!: string;                                         | let x ;
          const f = (a: number, b?: string): void => {};          | const f = (a , b ) => {};
          const f = <T,>(a: T) => a;                              | const f = (a ) => a;
          const f = async <T extends { a: 1 }>(a: T): Promise<T> => a; | const f = async (a ) => a;
          function f<T>(this: Window, ...a: T[]): asserts a is T[] {} | function f ( ...a ) {}
          const y = x as unknown as { a: (b: string) => void };   | const y = x ;
          const y = { a: 1 } as const satisfies Foo;              | const y = { a: 1 } ;
          const y = (x as any)!.a!.b! + x!;                       | const y = (x ) .a .b + x ;
          f<string>(1); new Map<string, number[]>(); t<A>`x`;     | f (1); new Map (); t `x`;
          const g = f<string>;                                    | const g = f ;
          a?.b<T>(c); a < b > c;                                  | a?.b (c); a < b > c;
          const y = <any>{ a: 1 };                                | const y = ( { a: 1 });
          for (const x of <number[]>y) {}                         | for (const x of ( y)) {}
          try {} catch (e: unknown) {}                            | try {} catch (e ) {}
          const { a, b: [c] }: { a: 1; b: [2] } = x;              | const { a, b: [c] } = x;
          const o = { m<T>(this: T, a?: T): T { return this; }, get v(): number { return 1; } }; | const o = { m ( a ) { return this; }, get v() { return 1; } };
          interface A { a: string }                               | ;
          export interface A<T> extends B<T> { new (): T }        | ;
          type A = `a${string}` ¦ keyof typeof x;                 | ;
          export type { A } from "./a.ts"; let a;                 | ; let a;
          export type * from "./a.ts"; let a;                     | ; let a;
          import type A from "./a.ts"; let a: A;                  | ; let a ;
          import { A } from "./a.ts"; let a: A; export {};        | ; let a ; export {};
          import { A, b } from "./a.ts"; let a: A = b;            | import { b } from "./a.ts"; let a = b;
          import { type A, b } from "./a.ts"; b();                | import { b } from "./a.ts"; b();
          import { b, type A } from "./a.ts"; b();                | import { b, } from "./a.ts"; b();
          import A, { b } from "./a.ts"; b();                     | import { b } from "./a.ts"; b();
          import a, { B } from "./a.ts"; a();                     | import a from "./a.ts"; a();
          import a, * as B from "./a.ts"; a(); let b: B.C;        | import a from "./a.ts"; a(); let b ;
          import * as t from "./a.ts"; let b: typeof t;           | ; let b ;
          import "./a.ts"; import {} from "./b.ts";               | import "./a.ts"; import {} from "./b.ts";
          import { a } from "./a.ts"; export { a };               | import { a } from "./a.ts"; export { a };
          import { a } from "./a.ts"; x = { a };                  | import { a } from "./a.ts"; x = { a };
          import { a } from "./a.ts"; x.a; y = { a: 1 };          | ; x.a; y = { a: 1 };
          import { B } from "./a.ts"; class A extends B<string> {} | import { B } from "./a.ts"; class A extends B {}
          import { B } from "./a.ts"; class A implements B {}     | ; class A {}
          interface A {} let b; export { A, b };                  | ; let b; export { b };
          interface A {} export default A;                        | ; ;
          export { type A, b } from "./a.ts";                     | export { b } from "./a.ts";
          export { type A } from "./a.ts"; let a;                 | ; let a;
          declare const V: string; declare function f(): void; declare class C {} declare module "x" { } declare global { var y: 1 } | ; ; ; ; ;
          export declare const V: string; let a;                  | ; let a;
          function f(a: string): void; function f(a: any) {}      | ; function f(a ) {}
          export function f(): void; export function f() {}       | ; export function f() {}
          export default function f(): void; export default function f() {} | ; export default function f() {}
          abstract class A<T> extends B<T> implements C, D<T> {}  | class A extends B {}
          export abstract class A {}                              | export class A {}
          export default abstract class A {}                      | export default class A {}
          class A extends B { private readonly a: number = 1; public static override b?: string; c!: D; declare d: E; } | class A extends B { ; a = 1; ; static b ; c ; ; }
          abstract class A { abstract m(): void; abstract a: string; [key: string]: any; } | class A { ; ; ; }
          class A { m(): void; m(a?: any) {} private async *g<T>(): any {} protected get v(): T { return 1; } } | class A { ; m(a ) {} ; async *g () {} ; get v() { return 1; } }
          class A { static { let x: number = 1; } #a: number = 1; readonly: boolean = true; } | class A { static { let x = 1; } #a = 1; readonly = true; }
          const A = class<T> implements B {};                     | const A = class {};
          namespace A { export type B = string; } let a;          | ; let a;
          export as namespace A;                                  | ;
          import data from "./a.json" with { type: "json" }; data; | import data from "./a.json" with { type: "json" }; data;
          const r = /<T>(x)/g; const s = "a as b: c"; `${x as any}`; | const r = /<T>(x)/g; const s = "a as b: c"; `${x }`;
          """)
  void leavesTheJavaScript(String code, String left) {
    String source = code.replace('¦', '|');
    String result = stripped(source);
    assertThat(result.replaceAll("\\s+", " ").strip()).isEqualTo(left);
  }

  @Test
  void keepsEveryLineAndColumn() {
    String code =
        """
        import type { A } from "./a.ts";
        interface B {
          b: string; // a comment
        }
        export class C<T extends B> implements A {
          private readonly n: number = 1;
          constructor(x?: T) {}
          get v(): number { return this.n; } /* \u00e9\ud83d\ude00 */ set v(x: number) {}
        }
        const g = <T,>(x: T): x is NonNullable<T> => x != null; const h = (x as any).y!;\r
        """;
    String result = stripped(code);
    assertThat(result).hasSameSizeAs(code);
    for (int i = 0; i < code.length(); i++) {
      char was = code.charAt(i);
      char is = result.charAt(i);
      assertThat(is == was || (is == ' ' && was != '\n' && was != '\r') || is == ';')
          .as("at %s of %s", i, result)
          .isTrue();
    }
    assertThat(result).contains(" */ set v(x", "const h = (x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          const a = 1\\ntype X = string\\n;[1].map(f)              | const a = 1 ; [1].map(f)
          const a = b\\ninterface X {}\\n(c)()                     | const a = b ; (c)()
          const a = b as any\\n(c)()                              | const a = b ; (c)()
          const a = b as any\\n[c].d                              | const a = b ; [c].d
          const a = b as any\\n+ c                                | const a = b + c
          class A { x = 1\\n public [k]() {} }                    | class A { x = 1 ; [k]() {} }
          class A { x = 1\\n private *g() {} }                    | class A { x = 1 ; *g() {} }
          class A { get: number\\n foo() {} }                     | class A { get; foo() {} }
          class A { static: number\\n foo() {} }                  | class A { static; foo() {} }
          function f() { return <\\nT\\n>(x: T) => x }             | function f() { return ( x ) => x }
          const f = (x: T):\\n T => x                             | const f = (x ) => x
          const f = async <T>(\\n): Promise<\\n T> => 1            | const f = async ( ) => 1
          function f() { return <any>\\n x }                      | function f() { return ( x) }
          """)
  void setsStatementsApartThatTheTypesHadSetApart(String code, String left) {
    String source = code.replace("\\n", "\n");
    String result = stripped(source);
    assertThat(result.replaceAll("\\s+", " ").strip()).isEqualTo(left);
    assertThat(result.lines()).hasSameSizeAs(source.lines().toList());
  }

  @Test
  void enumsAreObjectsWithTheirMembersInTheirLines() {
    String code =
        """
        export enum Color {
          Red, // first
          Green = 1 << 2,
          Blue = Green | Color.Red,
          "dark blue" = (<number>Blue) + 1,
          default,
          Name = "n"
        }
        const enum E { A }
        function f() { enum E { B = 7 } return E.B }
        export const shown = JSON.stringify([Color, E, f(), Color[4], Color.default]);
        """;
    String result = stripped(code);
    assertThat(result.lines()).hasSameSizeAs(code.lines().toList());
    assertThat(result.lines().toList().get(2)).startsWith("  const Green = $put(\"Green\" , 1 << 2);");
    assertThat(evaluated(result).getMember("shown").asString())
        .isEqualTo(
            "[{\"0\":\"Red\",\"4\":\"Blue\",\"5\":\"dark blue\",\"6\":\"default\",\"Red\":0,\"Green\":4,\"Blue\":4,"
                + "\"dark blue\":5,\"default\":6,\"Name\":\"n\"},{\"0\":\"A\",\"A\":0},7,\"Blue\",6]");
  }

  @Test
  void parameterPropertiesAreAssigned() {
    String code =
        """
        class A { constructor(private a: number, public readonly b = a + 1) {} }
        class B extends A { constructor(c: number, protected d?: string) { super(c)
          this.d += "!" } }
        export const shown = JSON.stringify([new A(1), new B(2, "d")]);
        """;
    assertThat(evaluated(stripped(code)).getMember("shown").asString())
        .isEqualTo("[{\"a\":1,\"b\":2},{\"a\":2,\"b\":3,\"d\":\"d!\"}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          let a;\\n namespace A { export const b = 1; }  | 2:2 a namespace with values in it can't be taken out; make it a module of its own, or an object
          @dec class A {}                                | 1:1 decorators are not there in this runtime; call the function yourself, as in: X = decorate(X)
          class A { @dec a = 1 }                         | 1:11 decorators are not there in this runtime; call the function yourself, as in: X = decorate(X)
          import fs = require("fs");                     | 1:1 import ... = require(...) is not there in ES modules; write import ... from
          import a = B.C;                                | 1:1 an import alias is not there in JavaScript; write const NAME = ...
          export = 1;                                    | 1:1 export = is not there in ES modules; write export default
          class A extends B { constructor(private a) { if (a) super(); } } | 1:21 a constructor with parameter properties must call super() as a statement of its own
          const a = <div>hello</div>;                    | 1:23 Unterminated regular expression.
          let a: = 1;                                    | 1:8 Unexpected token
          let a = 1;\\n\\nlet b: string = (;               | 3:18 Unexpected token
          """)
  void refusesWhatItCanNotTakeOutWithPlaceAndCure(String code, String said) {
    assertThat(refusal(code.replace("\\n", "\n"))).startsWith(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[", "{", "a<", "a?b:", "<T>", "async <T>(a = ", "`${", "x as (", "type A = A<", "!", "class { [", "a?(b):", "a?(b=>", "async(x="})
  void endsOnDeepNesting(String piece) {
    // Attack: code that costs the tool's stack. Its time is bounded by the host, as any service's.
    assertThat(strip.execute(piece.repeat(3000)).hasMember("message")).isTrue();
  }

  private static Value evaluated(String code) {
    try {
      return context.eval(
          Source.newBuilder("js", code, "evaluated.mjs").mimeType("application/javascript+module").build());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
