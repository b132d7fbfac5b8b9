package io.freshet.runners.conformance.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Has the project's classes once more for itself: what they keep in static fields belongs to one
 * simulation alone, and some of them may be other ones than those on the class path.
 */
final class Isolated extends ClassLoader {
  private static final String PROJECT = "io.freshet.";

  private final Map<String, byte[]> replaced;

  static {
    registerAsParallelCapable();
  }

  /**
   * @param replaced the bytes of classes by name, in place of those on the class path
   */
  Isolated(Map<String, byte[]> replaced) {
    super(Isolated.class.getClassLoader());
    this.replaced = replaced;
  }

  /** A simulation of these classes. */
  Simulating simulation() {
    try {
      return (Simulating) loadClass(World.class.getName()).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The simulation cannot be loaded", e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PROJECT)
        || name.equals(Simulating.class.getName())
        || name.equals(Course.class.getName())) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known != null ? known : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = replaced.get(name);
    if (bytes == null) {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        bytes = in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return defineClass(name, bytes, 0, bytes.length);
  }
}
