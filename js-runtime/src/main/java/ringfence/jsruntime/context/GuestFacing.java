package ringfence.jsruntime.context;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Exceptions for places where the engine shows a guest the class and the message of what Java throws.
///
/// The class is called `TypeError`, in no package: that is the `name` that the guest reads, and it tells nothing of us.
/// A module can't have a class without a package, so this one is made here.
final class GuestFacing {
  private static final String NAME = "TypeError";
  private static final MethodHandle NEW = make();

  private GuestFacing() {}

  /// A refusal with words for the guest.
  static RuntimeException typeError(String message) {
    try {
      return (RuntimeException) NEW.invokeExact(message);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle make() {
    ClassDesc runtimeException = ClassDesc.of("java.lang.RuntimeException");
    MethodTypeDesc constructor = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of(NAME),
                type ->
                    type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                        .withSuperclass(runtimeException)
                        .withMethodBody(
                            ConstantDescs.INIT_NAME,
                            constructor,
                            ClassFile.ACC_PUBLIC,
                            code ->
                                code.aload(0)
                                    .aload(1)
                                    .invokespecial(runtimeException, ConstantDescs.INIT_NAME, constructor)
                                    .return_()));
    try {
      Class<?> made = new Own().define(bytes);
      return MethodHandles.publicLookup()
          .findConstructor(made, MethodType.methodType(void.class, String.class))
          .asType(MethodType.methodType(RuntimeException.class, String.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Holds that one class.
  private static final class Own extends ClassLoader {
    Own() {
      super(RuntimeException.class.getClassLoader());
    }

    Class<?> define(byte[] bytes) {
      return defineClass(NAME, bytes, 0, bytes.length);
    }
  }
}
