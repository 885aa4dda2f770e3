package ringfence.sandbox.value;

/// Says what a value is that should be something else.
final class Mismatch {
  private Mismatch() {}

  static UnsupportedValueException of(ServiceValue value, String wanted) {
    return new UnsupportedValueException("the value is " + describe(value) + ", not " + wanted);
  }

  private static String describe(ServiceValue value) {
    return switch (value) {
      case ServiceValue.Nothing n -> n == ServiceValue.Nothing.NULL ? "null" : "undefined";
      case ServiceValue.Bool b -> String.valueOf(b.value());
      case ServiceValue.Num n -> "the number " + n.value();
      case ServiceValue.Big _ -> "a bigint";
      case ServiceValue.Text _ -> "a string";
      case ServiceValue.Items i -> "an array of " + i.values().size();
      case ServiceValue.Fields _ -> "an object";
      case ServiceValue.Entries _ -> "a Map";
      case ServiceValue.Unique _ -> "a Set";
      case ServiceValue.Time _ -> "a date";
      case ServiceValue.Pattern _ -> "a regular expression";
      case ServiceValue.Bytes b -> b.value().length + " bytes";
      case ServiceValue.File _ -> "a file";
      case ServiceValue.Fault f -> "the error " + f.name();
      case ServiceValue.Stream _ -> "a stream";
    };
  }
}
